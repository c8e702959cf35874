import { xstateEngine } from "../../src/xstate.js";

/*
 * Stands in for `src/host/compiled-engine.ts` in the project "core on XState": each flow that a test creates there runs in XState,
 * so both engines have to pass the same tests.
 */
export const compiledEngine = xstateEngine();
export { observedEngine } from "../../src/host/compiled-engine.js";
