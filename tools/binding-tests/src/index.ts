export type { Binding, MountedScreen } from "./binding.js";
export { testBinding } from "./test-binding.js";
export { createWorld, openScreen, type World } from "./world.js";
export { verifyOn, verifyWithFakes } from "./readme.js";
