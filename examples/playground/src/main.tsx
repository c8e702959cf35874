import "./styles/page.css";
import "./styles/phone.css";
import "./styles/panels.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";
import { createSettings } from "./settings.js";
import { SettingsContext } from "./world.js";

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no place for the playground");

createRoot(root).render(
  <StrictMode>
    <SettingsContext value={createSettings()}>
      <App />
    </SettingsContext>
  </StrictMode>,
);
