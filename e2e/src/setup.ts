export { browserSetup } from "./browser-setup.js";
export { buildPage, servePage, type ServedPage } from "./built-page.js";
export { chromium, type Chromium, type Surroundings } from "./chromium.js";
