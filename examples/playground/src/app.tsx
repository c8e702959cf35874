import { use, useEffect, type ReactNode } from "react";
import { FlowPage } from "./flow-page.js";
import { Header } from "./header.js";
import { ServiceChoice } from "./panels/service-choice.js";
import type { Service } from "./service/service.js";
import { useStore } from "./store.js";
import { useService } from "./use-service.js";
import { SettingsContext, useSettings, useTexts } from "./world.js";

/** The page, once there is a person to verify. */
function Opened({ service }: { readonly service: Service }): ReactNode {
  const person = useStore(service.person);
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
      <Header restart={state.kind === "open" ? state.service.restart : null} />
      {state.kind === "open" && <Opened service={state.service} />}
      {state.kind === "failed" && (
        <main className="lost">
          <p role="alert">{texts.notReached}</p>
          <ServiceChoice />
        </main>
      )}
    </>
  );
}
