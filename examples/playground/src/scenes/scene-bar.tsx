import { use, useEffect, useRef, useState, type ReactNode } from "react";
import type { Service } from "../service/service.js";
import { useStore } from "../store.js";
import { SettingsContext, useTexts } from "../world.js";
import { linkTo, sceneNames, startScene, story, type SceneName } from "./story.js";

/** How long "Copied" is shown, in ms. */
const COPIED_MS = 1_500;

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const texts = useTexts();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button type="button" className="button small" onClick={() => void copy().catch(() => {})}>
      {isCopied ? texts.copied : label}
    </button>
  );
}

/** The scenes: each is a button that plays it, and one sentence. */
export function SceneBar({ service }: { readonly service: Service }): ReactNode {
  const texts = useTexts();
  const settings = use(SettingsContext);
  const chosen = useStore(story)?.name ?? null;
  const buttons = useRef<HTMLDivElement>(null);
  // On a phone there is room for a few of them only.
  useEffect(() => {
    buttons.current
      ?.querySelector("[aria-pressed=true]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [chosen]);
  const start = (name: SceneName) => {
    if (settings !== null) startScene(name, service, settings);
  };
  return (
    <section className="scenes" aria-labelledby="scenes">
      <h2 id="scenes">{texts.scenes}</h2>
      <div ref={buttons} className="scene-buttons">
        {sceneNames.map((name) => (
          <button
            key={name}
            type="button"
            className="button small"
            data-scene={name}
            aria-pressed={name === chosen}
            onClick={() => start(name)}
          >
            {texts.scene[name].title}
          </button>
        ))}
      </div>
      <p className="scene-text" role="status">
        {chosen === null ? texts.sceneHint : texts.scene[chosen].sentence}
        {chosen !== null && <CopyButton text={linkTo(chosen)} label={texts.copyLink} />}
      </p>
    </section>
  );
}
