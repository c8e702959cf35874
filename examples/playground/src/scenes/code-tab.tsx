import { useEffect, useState, type ReactNode } from "react";
import { useStore } from "../store.js";
import { useTexts } from "../world.js";
import { CopyButton } from "./scene-bar.js";
import { story } from "./story.js";

/** The program of the scene: a tab of the devtools. */
export function CodeTab(): ReactNode {
  const texts = useTexts();
  const name = useStore(story)?.name ?? null;
  const [code, setCode] = useState("");
  useEffect(() => {
    let isWanted = true;
    const load = async () => {
      const { codeOf } = await import("./code.js");
      if (isWanted) setCode(codeOf(name));
    };
    void load();
    return () => {
      isWanted = false;
    };
  }, [name]);
  return (
    <div id="code" className="code-tab" data-tab={texts.code}>
      <CopyButton text={code} label={texts.copy} />
      <p className="hint">{texts.codeHint}</p>
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
