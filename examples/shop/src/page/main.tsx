import "./page.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no place for the shop");

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
