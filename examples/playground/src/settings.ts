import type { FaultMode } from "@veristep/devtools/parts";
import { realTime, type Pace } from "./time/paced-clock.js";
import { createCell, type Cell } from "./store.js";

export const languages = ["en", "bg"] as const;
export type Language = (typeof languages)[number];

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The faults that a request can meet, and how often. */
export const faultKinds = ["loseAnswer", "serverError", "slow", "blockPosts"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The settings of the page. All tabs share them: they are windows of one device. */
export interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  readonly pace: Pace;
  /** How far the device's clock is ahead, in ms. */
  readonly clockOffsetMs: number;
  readonly isOffline: boolean;
  readonly faults: Readonly<Record<FaultKind, FaultMode>>;
  /** A running sandbox; null: the server brings its own. */
  readonly serviceUrl: string | null;
}

/** Nothing goes wrong. */
export const noFaults: Settings["faults"] = {
  loseAnswer: "off",
  serverError: "off",
  slow: "off",
  blockPosts: "off",
};

const key = "veristep-playground/settings/2";

function initial(): Settings {
  return {
    language: navigator.language.startsWith("bg") ? "bg" : "en",
    theme: "auto",
    pace: realTime(Date.now()),
    clockOffsetMs: 0,
    isOffline: false,
    faults: noFaults,
    serviceUrl: null,
  };
}

/** Settings of another version, or none: what is missing or of another type is as at first. */
function read(text: string | null): Settings {
  const defaults = initial();
  try {
    const stored: unknown = JSON.parse(text ?? "{}");
    if (typeof stored !== "object" || stored === null) return defaults;
    const known = Object.entries(stored).filter(([name, value]) => {
      const expected: unknown = Reflect.get(defaults, name);
      return expected === null ? value !== undefined : typeof expected === typeof value;
    });
    // Each member that was taken has the type of the one that it replaces.
    return { ...defaults, ...(Object.fromEntries(known) as Partial<Settings>) };
  } catch {
    return defaults;
  }
}

export interface SettingsCell extends Cell<Settings> {
  readonly change: (changes: Partial<Settings>) => void;
}

export function createSettings(): SettingsCell {
  const load = () => {
    try {
      return read(localStorage.getItem(key));
    } catch {
      return initial();
    }
  };
  const cell = createCell(load());
  const save = () => {
    try {
      localStorage.setItem(key, JSON.stringify(cell.get()));
    } catch {
      // In private mode, every tab has its own settings.
    }
  };
  // The first tab decides when time began; the others must not begin another.
  save();
  addEventListener("storage", (event) => {
    if (event.key === key) cell.set(load());
  });
  return {
    ...cell,
    change: (changes) => {
      cell.set({ ...cell.get(), ...changes });
      save();
    },
  };
}
