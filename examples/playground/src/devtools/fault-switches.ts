import type { FaultSwitches } from "@veristep/devtools/parts";
import { faultKinds, type FaultKind, type SettingsCell } from "../settings.js";
import { textsIn } from "../texts/texts-in.js";

const kindOf = (name: string): FaultKind | undefined => faultKinds.find((kind) => kind === name);

/** The page's faults, which all tabs share, as switches of the devtools. */
export const faultSwitches = (settings: SettingsCell): FaultSwitches => ({
  names: faultKinds,
  describe: (name, language) => {
    const kind = kindOf(name);
    return kind === undefined ? { text: name } : textsIn(language).faults[kind];
  },
  mode: (name) => {
    const kind = kindOf(name);
    return kind === undefined ? "off" : settings.get().faults[kind];
  },
  set: (name, mode) => {
    settings.change({ faults: { ...settings.get().faults, [name]: mode } });
  },
  subscribe: settings.subscribe,
});
