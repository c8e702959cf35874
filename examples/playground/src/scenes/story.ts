import type { VerificationUser } from "@veristep/core";
import type { Service } from "../service/service.js";
import { noFaults, type SettingsCell } from "../settings.js";
import { createCell } from "../store.js";
import { atSpeed } from "../time/paced-clock.js";

/** The scenes, in the order in which they are shown. */
export const sceneNames = [
  "lost-response",
  "two-tabs",
  "sleep",
  "wrong-codes",
  "other-device",
  "blocked-posts",
] as const;
export type SceneName = (typeof sceneNames)[number];

/** A scene that was chosen. */
export interface Story {
  readonly name: SceneName;
  /** The user before it: it begins with a new one. */
  readonly notUser: VerificationUser["id"] | undefined;
  /** Its user, once there is one. Another tab may start over with another one. */
  user: VerificationUser["id"] | null;
}

/** The scene of this tab; null: visitors do as they like. */
export const story = createCell<Story | null>(null);

/** In this fragment the page is the second tab of a scene. */
const SECOND_TAB = "#second-tab";

export const isSecondTab = (): boolean => location.hash === SECOND_TAB;
export const secondTabUrl = (): string => `${location.pathname}${SECOND_TAB}`;

/** Returns the link that restores a scene. It holds nothing but the scene's name. */
export const linkTo = (name: SceneName): string => new URL(`#scene=${name}`, location.href).href;

/** Returns the scene that the address names; null for none. */
export function sceneInAddress(): SceneName | null {
  const name = new URLSearchParams(location.hash.slice(1)).get("scene");
  return sceneNames.find((one) => one === name) ?? null;
}

/** Returns the story that a user is in; null for none. */
export function storyOf(userId: VerificationUser["id"]): Story | null {
  const now = story.get();
  if (now === null || now.notUser === userId) return null;
  now.user ??= userId;
  return now.user === userId ? now : null;
}

/** Starts over with a new user, on a page where nothing is broken but what the scene begins with. */
export function startScene(name: SceneName | null, service: Service, settings: SettingsCell): void {
  history.replaceState(null, "", name === null ? location.pathname : linkTo(name));
  story.set(name === null ? null : { name, notUser: service.person.get()?.user.id, user: null });
  if (name !== null) {
    const isBlocked = name === "blocked-posts";
    settings.change({
      isOffline: false,
      clockOffsetMs: 0,
      faults: { ...noFaults, blockPosts: isBlocked ? "always" : "off" },
      // The retries of a blocked request take a while.
      pace: atSpeed(settings.get().pace, isBlocked ? 10 : 1, Date.now()),
    });
  }
  service.restart();
}
