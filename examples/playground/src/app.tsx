import { use, useEffect, type ReactNode } from "react";
import { FlowPage } from "./flow-page.js";
import { Header } from "./header.js";
import { ServiceChoice } from "./panels/service-choice.js";
import { isSecondTab, sceneInAddress, startScene } from "./scenes/story.js";
import type { Service } from "./service/service.js";
import type { SettingsCell } from "./settings.js";
import { useStore } from "./store.js";
import { useService } from "./use-service.js";
import { SettingsContext, useSettings, useTexts } from "./world.js";

/** The page, once it has a user to verify. A link may restore a scene. */
function Opened({
  service,
  settings,
}: {
  readonly service: Service;
  readonly settings: SettingsCell;
}): ReactNode {
  const person = useStore(service.person);
  useEffect(() => {
    const name = sceneInAddress();
    if (name !== null) startScene(name, service, settings);
  }, [service, settings]);
  if (person === null) return null;
  return <FlowPage key={person.user.id} service={service} person={person} />;
}

export function App(): ReactNode {
  const [{ language, theme, serviceUrl }] = useSettings();
  const texts = useTexts();
  const settings = use(SettingsContext);
  if (settings === null) throw new Error("There are no settings above");
  const state = useService(settings, serviceUrl);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);

  return (
    <>
      {!isSecondTab() && <Header service={state.kind === "open" ? state.service : null} />}
      {state.kind === "open" && <Opened service={state.service} settings={settings} />}
      {state.kind === "failed" && (
        <main className="lost">
          <p role="alert">{texts.notReached}</p>
          <ServiceChoice />
        </main>
      )}
    </>
  );
}
