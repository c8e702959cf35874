import { createChartView } from "./chart-view.js";
import { make } from "./dom.js";
import { english } from "./english.js";
import { drawEntry } from "./entry-view.js";
import { drawFaults, updateFaults } from "./fault-view.js";
import type { FaultSwitches } from "./faults.js";
import { style } from "./style.js";
import type { DevtoolsTexts, TabName } from "./texts.js";
import type { Timeline } from "./timeline.js";

const allTabs: readonly TabName[] = ["timeline", "chart", "view", "faults"];

/** How long "Copied" is shown, in ms. */
const COPIED_MS = 1_500;

/** Where there is no DOM, as on a server, the module loads all the same: no element is made there. */
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

let count = 0;

/**
 * `<veristep-devtools>`: what happened in a flow and why, its chart, what a screen gets of it, and fault switches.
 *
 * It shows nothing before its `timeline` is set. The attribute `show` names the tabs, as `show="timeline chart"`. A child
 * with `data-tab` and an `id` becomes a tab of that name; other children are shown below the fault switches. With the
 * attribute `drawer` it lies at the end of the window, behind a button.
 */
export class VeristepDevtools extends Base {
  static readonly observedAttributes = ["show", "drawer"];

  readonly #id = `veristep-devtools-${(count += 1)}`;
  readonly #root = this.attachShadow({ mode: "open" });
  readonly #chart = createChartView();
  readonly #children = new MutationObserver(() => this.#build());
  #texts: DevtoolsTexts = english;
  #timeline: Timeline | null = null;
  #faults: FaultSwitches | null = null;
  #tab = "";
  #stops: ReadonlyArray<() => void> = [];
  #isDue = false;
  #isOpen = false;

  /** The texts, in one language. @defaultValue `english` */
  get texts(): DevtoolsTexts {
    return this.#texts;
  }

  set texts(texts: DevtoolsTexts) {
    if (texts === this.#texts) return;
    this.#texts = texts;
    this.#build();
  }

  /** The timeline that is shown; null: the panel is empty. */
  get timeline(): Timeline | null {
    return this.#timeline;
  }

  set timeline(timeline: Timeline | null) {
    if (timeline === this.#timeline) return;
    this.#timeline = timeline;
    this.#connect();
  }

  /** The switches of the tab "Faults"; null: there is no such tab. */
  get faults(): FaultSwitches | null {
    return this.#faults;
  }

  set faults(faults: FaultSwitches | null) {
    if (faults === this.#faults) return;
    this.#faults = faults;
    this.#connect();
  }

  connectedCallback(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#root.adoptedStyleSheets = [sheet];
    this.#children.observe(this, { childList: true, attributeFilter: ["data-tab"], subtree: true });
    this.#connect();
  }

  disconnectedCallback(): void {
    this.#children.disconnect();
    this.#disconnect();
  }

  attributeChangedCallback(): void {
    this.#build();
  }

  #disconnect(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #connect(): void {
    this.#disconnect();
    if (!this.isConnected) return;
    this.#build();
    const due = () => this.#drawSoon();
    this.#stops = [this.#timeline, this.#faults].flatMap((one) => (one === null ? [] : [one.subscribe(due)]));
  }

  /** The children that are tabs, by their ids. */
  #own(): ReadonlyMap<string, HTMLElement> {
    const own = [...this.children].filter(
      (child): child is HTMLElement => child instanceof HTMLElement && child.dataset["tab"] !== undefined,
    );
    return new Map(own.map((child) => [child.id, child]));
  }

  /** Makes the tabs and their content from the start. */
  #build(): void {
    if (!this.isConnected) return;
    const wanted = this.getAttribute("show")?.split(/\s+/) ?? allTabs;
    const own = this.#own();
    const built = allTabs.filter(
      (name) => wanted.includes(name) && (name !== "faults" || this.#faults !== null),
    );
    const tabs = [
      ...built.map((name) => ({ name: name as string, text: this.#texts.tabs[name] })),
      ...[...own].map(([name, child]) => ({ name, text: child.dataset["tab"] ?? name })),
    ];
    if (!tabs.some(({ name }) => name === this.#tab)) this.#tab = tabs[0]?.name ?? "";
    for (const [name, child] of own) if (child.slot !== name) child.slot = name;

    // Alone it is a part of the page around it, and needs no name.
    const isAlone = tabs.length < 2;
    const panels = tabs.map(({ name }) =>
      make(
        "div",
        { class: "panel", "data-panel": name, ...(isAlone ? {} : this.#asTabPanel(name)) },
        ...this.#contentOf(name),
      ),
    );
    const hasFocus = this.#root.activeElement?.getAttribute("role") === "tab";
    const name = isAlone ? {} : { "aria-label": this.#texts.title };
    const section = make("section", name, ...(isAlone ? [] : [this.#tabList(tabs)]), ...panels);
    this.#root.replaceChildren(...(this.hasAttribute("drawer") ? [this.#toggle(section)] : []), section);
    this.#select(this.#tab, hasFocus);
  }

  #asTabPanel(name: string): Readonly<Record<string, string>> {
    return { role: "tabpanel", "aria-labelledby": `${this.#id}-${name}` };
  }

  /** Makes the button that opens and closes a drawer. */
  #toggle(section: HTMLElement): HTMLElement {
    const button = make("button", { type: "button", class: "toggle" }, this.#texts.title);
    const show = () => {
      section.hidden = !this.#isOpen;
      button.setAttribute("aria-expanded", String(this.#isOpen));
    };
    button.addEventListener("click", () => {
      this.#isOpen = !this.#isOpen;
      show();
      this.#draw();
    });
    show();
    return button;
  }

  #tabList(tabs: ReadonlyArray<{ readonly name: string; readonly text: string }>): HTMLElement {
    const buttons = tabs.map(({ name, text }) => {
      const tab = make(
        "button",
        { type: "button", role: "tab", id: `${this.#id}-${name}`, "data-name": name },
        text,
      );
      tab.addEventListener("click", () => this.#select(name, true));
      return tab;
    });
    const list = make("div", { role: "tablist", "aria-label": this.#texts.title }, ...buttons);
    list.addEventListener("keydown", (event) => {
      const at = tabs.findIndex(({ name }) => name === this.#tab);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
      if (tab === undefined) return;
      event.preventDefault();
      this.#select(tab.name, true);
    });
    return list;
  }

  #contentOf(name: string): readonly Node[] {
    if (name === "timeline")
      return [make("ol", { class: "entries", tabindex: "0", "aria-label": this.#texts.tabs.timeline })];
    if (name === "chart") return [this.#chart.element];
    if (name === "faults") {
      const switches = this.#faults === null ? [] : drawFaults(this.#faults, this.#texts, this.#id);
      return [make("div", { class: "faults" }, ...switches), make("slot")];
    }
    if (name !== "view") return [make("slot", { name })];
    const code = make("code");
    const copy = make("button", { type: "button", class: "copy" }, this.#texts.copy);
    const write = async () => {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = this.#texts.copied;
      setTimeout(() => (copy.textContent = this.#texts.copy), COPIED_MS);
    };
    // A page without the permission leaves the text to be selected by hand.
    copy.addEventListener("click", () => void write().catch(() => {}));
    return [make("p", { class: "hint" }, this.#texts.viewHint), copy, make("pre", { tabindex: "0" }, code)];
  }

  #select(name: string, isFocused = false): void {
    this.#tab = name;
    for (const tab of this.#root.querySelectorAll<HTMLElement>("[role=tab]")) {
      const isChosen = tab.dataset["name"] === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      if (isChosen && isFocused) tab.focus();
    }
    for (const panel of this.#root.querySelectorAll<HTMLElement>("[data-panel]"))
      panel.hidden = panel.dataset["panel"] !== name;
    this.#draw();
  }

  /** Many steps of a flow are drawn once. */
  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  /** Draws what the tab shows that is chosen. */
  #draw(): void {
    if (this.hasAttribute("drawer") && !this.#isOpen) return;
    const panel = this.#root.querySelector(`[data-panel="${CSS.escape(this.#tab)}"]`);
    if (panel === null) return;
    if (this.#tab === "timeline") this.#drawEntries(panel);
    if (this.#tab === "chart") this.#chart.draw(this.#timeline?.moves() ?? [], this.#texts);
    const code = this.#tab === "view" ? panel.querySelector("code") : null;
    if (code !== null) code.textContent = JSON.stringify(this.#timeline?.view() ?? null, null, 2);
    if (this.#tab === "faults" && this.#faults !== null) updateFaults(panel, this.#faults);
  }

  #drawEntries(panel: Element): void {
    const entries = this.#timeline?.entries() ?? [];
    const items = entries.map((entry) => drawEntry(entry, this.#texts));
    const nothing = make("li", { class: "hint" }, this.#texts.nothing);
    panel.querySelector("ol")?.replaceChildren(...(items.length === 0 ? [nothing] : items));
  }
}

/** Makes `<veristep-devtools>` known to the page. A second call changes nothing. */
export function defineDevtools(): void {
  if (customElements.get("veristep-devtools") === undefined)
    customElements.define("veristep-devtools", VeristepDevtools);
}

declare global {
  interface HTMLElementTagNameMap {
    "veristep-devtools": VeristepDevtools;
  }
}
