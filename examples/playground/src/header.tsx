import { use, type ReactNode } from "react";
import { Choice } from "./choice.js";
import { startScene } from "./scenes/story.js";
import type { Service } from "./service/service.js";
import { languages, themes } from "./settings.js";
import { SettingsContext, useSettings, useTexts } from "./world.js";

export function Header({ service }: { readonly service: Service | null }): ReactNode {
  const settings = use(SettingsContext);
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
        <button
          type="button"
          className="button"
          disabled={service === null}
          onClick={() => {
            if (service !== null && settings !== null) startScene(null, service, settings);
          }}
        >
          {texts.startOver}
        </button>
      </div>
    </header>
  );
}
