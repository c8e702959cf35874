import {
  bulgarian as bulgarianMessages,
  english as englishMessages,
  type Clock,
  type MessageCatalogue,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import { createContext, use, useSyncExternalStore } from "react";
import type { Timeline } from "@veristep/devtools/parts";
import type { KnownPerson, Service } from "./service/service.js";
import type { SettingsCell, Settings } from "./settings.js";
import { useStore } from "./store.js";
import type { Texts } from "./texts/texts.js";
import { textsIn } from "./texts/texts-in.js";

export const SettingsContext = createContext<SettingsCell | null>(null);

export function useSettings(): readonly [Settings, SettingsCell["change"]] {
  const settings = use(SettingsContext);
  if (settings === null) throw new Error("There are no settings above");
  return [useStore(settings), settings.change];
}

export function useTexts(): Texts {
  const [{ language }] = useSettings();
  return textsIn(language);
}

/** Returns the flow's messages in the language of the page. */
export function useMessages(): MessageCatalogue {
  const [{ language }] = useSettings();
  return language === "bg" ? bulgarianMessages : englishMessages;
}

/** The surroundings of one flow. */
export interface World {
  readonly service: Service;
  readonly person: KnownPerson;
  /** The device's clock. */
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly flow: Verification;
}

export const WorldContext = createContext<World | null>(null);

export function useWorld(): World {
  const world = use(WorldContext);
  if (world === null) throw new Error("There is no flow above");
  return world;
}

/** Returns a part of what the flow shows now. The component renders when that part changes. */
export function useViewPart<T extends string | boolean | null>(select: (view: VerificationView) => T): T {
  const { flow } = useWorld();
  return useSyncExternalStore(flow.subscribe, () => select(flow.view()));
}
