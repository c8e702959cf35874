export { showInbox } from "./inbox.js";
export { createStandIn, type StandIn } from "./stand-in.js";
export { actions, titles } from "./texts.js";
