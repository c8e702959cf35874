import { use, useEffect, type ReactNode } from "react";
import { pasteCode } from "../flow/paste-code.js";
import { useStore } from "../store.js";
import { SettingsContext, useWorld } from "../world.js";
import { playScene, playSecondTab, type Stage } from "./play.js";
import { isSecondTab, story, storyOf } from "./story.js";

/** Plays the scene that was chosen, once its new user is there. */
export function Player(): ReactNode {
  const { service, timeline, person, flow } = useWorld();
  const settings = use(SettingsContext);
  const chosen = useStore(story);
  const userId = person.user.id;

  useEffect(() => {
    const now = storyOf(userId);
    if (settings === null || (now === null && !isSecondTab())) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const stage: Stage = {
      service,
      settings,
      timeline,
      type: pasteCode,
      refresh: flow.refresh,
      retry: flow.retry,
      signal,
    };
    const play = now === null ? playSecondTab(stage) : playScene(now.name, stage);
    play.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return () => leaving.abort();
  }, [chosen, userId, service, settings, timeline, flow]);
  return null;
}
