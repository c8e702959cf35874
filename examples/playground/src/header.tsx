import type { ReactNode } from "react";
import { Choice } from "./choice.js";
import { languages, themes } from "./settings.js";
import { useSettings, useTexts } from "./world.js";

export function Header({ restart }: { readonly restart: (() => void) | null }): ReactNode {
  const [{ language, theme }, change] = useSettings();
  const texts = useTexts();
  return (
    <header className="header">
      <div className="header-title">
        <h1>veristep</h1>
        <p>{texts.intro}</p>
      </div>
      <div className="header-tools">
        <Choice
          name="language"
          legend={texts.language}
          options={languages.map((value) => ({ value, text: texts.languages[value], lang: value }))}
          value={language}
          onChange={(language) => {
            change({ language });
          }}
        />
        <Choice
          name="theme"
          legend={texts.theme}
          options={themes.map((value) => ({ value, text: texts.themes[value] }))}
          value={theme}
          onChange={(theme) => {
            change({ theme });
          }}
        />
        <a className="button" href={location.pathname} target="_blank" rel="noopener">
          {texts.secondTab}
        </a>
        <button type="button" className="button" disabled={restart === null} onClick={() => restart?.()}>
          {texts.startOver}
        </button>
      </div>
    </header>
  );
}
