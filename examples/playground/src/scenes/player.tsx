import { useVerificationContext } from "@veristep/react";
import { use, useEffect, useRef, type ReactNode } from "react";
import { useStore } from "../store.js";
import { SettingsContext, useWorld } from "../world.js";
import { playScene, playSecondTab, type Stage } from "./play.js";
import { isSecondTab, story, storyOf } from "./story.js";

/** Plays the scene that was chosen, once its new user is there. */
export function Player(): ReactNode {
  const flow = useVerificationContext();
  const { service, timeline, person } = useWorld();
  const settings = use(SettingsContext);
  const latest = useRef(flow);
  useEffect(() => {
    latest.current = flow;
  });
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
      // Pasted by the user: what a script fills in a second time is not submitted by itself.
      type: (code) =>
        latest.current
          .getCodeInputProps()
          .onChange({ target: { value: code }, inputType: "insertFromPaste" }),
      refresh: () => latest.current.commands.refresh(),
      retry: () => latest.current.commands.retry(),
      signal,
    };
    const play = now === null ? playSecondTab(stage) : playScene(now.name, stage);
    play.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return () => leaving.abort();
  }, [chosen, userId, service, settings, timeline]);
  return null;
}
