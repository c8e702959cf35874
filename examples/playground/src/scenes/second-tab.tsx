import type { ReactNode } from "react";
import { useStore } from "../store.js";
import { useTexts, useWorld } from "../world.js";
import { secondTabUrl, story, storyOf } from "./story.js";

/** A second tab over the same flow, in a frame: it shares the storage and the server with this one. */
export function SecondTab(): ReactNode {
  const texts = useTexts();
  const { person } = useWorld();
  useStore(story);
  if (storyOf(person.user.id)?.name !== "two-tabs") return null;
  return (
    <section className="panel second-tab" aria-label={texts.secondTabTitle}>
      <h2>{texts.secondTabTitle}</h2>
      <iframe title={texts.secondTabTitle} src={secondTabUrl()} />
    </section>
  );
}
