export { axeFindings, hearAnnouncements } from "./accessibility.js";
export { browserTest, type BrowserFixtures } from "./browser-test.js";
export { codeInput, paste } from "./code-entry.js";
export { eventually } from "./eventually.js";
