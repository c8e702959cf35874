import { createRequire } from "node:module";
import { createActor, setup, fromPromise } from "xstate";
const which = process.env.W;
const n = 20000;
const m = setup({
  actors: {
    p: fromPromise(async ({ signal }) => {
      if (which === "sig") signal.addEventListener("abort", () => {});
      return 1;
    }),
    never: fromPromise(({ signal }) => {
      if (which === "neversig") signal.addEventListener("abort", () => {});
      return new Promise(() => {});
    }),
  },
}).createMachine({
  context: { a: 1 },
  initial: "a",
  states: {
    a: { invoke: { id: "x", src: "p", onDone: "b" } },
    b: which?.startsWith("never") ? { invoke: { id: "n", src: "never" } } : {},
  },
});
for (let i = 0; i < n; i++) {
  const a = createActor(m);
  if (which === "sub") a.subscribe(() => {});
  a.start();
  await new Promise((r) => setImmediate(r));
  a.stop();
}
