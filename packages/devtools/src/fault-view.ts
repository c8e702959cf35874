import { make } from "./dom.js";
import { faultModes, type FaultSwitches } from "./faults.js";
import type { DevtoolsTexts } from "./texts.js";

/** Draws the switches: three radio buttons for each fault. */
export function drawFaults(faults: FaultSwitches, texts: DevtoolsTexts, id: string): readonly HTMLElement[] {
  return faults.names.map((name) => {
    const { text, hint } = faults.describe(name, texts.messages.locale);
    const options = faultModes.map((mode) => {
      const input = make("input", { type: "radio", name: `${id}-${name}`, value: mode });
      input.checked = faults.mode(name) === mode;
      input.addEventListener("change", () => {
        faults.set(name, mode);
      });
      return make("label", {}, input, make("span", {}, texts.modes[mode]));
    });
    return make(
      "fieldset",
      { "data-name": name },
      make("legend", {}, text, ...(hint === undefined ? [] : [" ", make("span", { class: "hint" }, hint)])),
      make("div", { class: "options" }, ...options),
    );
  });
}

/** Shows the modes as they are now, without drawing the switches again. */
export function updateFaults(within: ParentNode, faults: FaultSwitches): void {
  for (const field of within.querySelectorAll<HTMLElement>("fieldset[data-name]")) {
    const mode = faults.mode(field.dataset["name"] ?? "");
    for (const input of field.querySelectorAll("input")) input.checked = input.value === mode;
  }
}
