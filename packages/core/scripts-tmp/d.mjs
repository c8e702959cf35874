import { createActor, createMachine, fromPromise, fromCallback } from "xstate";
const which = process.env.W;
const n = 40000;
const plain = createMachine({ context: { a: 1 }, initial: "a", states: { a: { on: { go: "b" } }, b: {} } });
const pr = fromPromise(async () => 1);
const cb = fromCallback(() => () => {});
for (let i = 0; i < n; i++) {
  if (which === "plain") {
    const a = createActor(plain);
    a.start();
    a.send({ type: "go" });
    await new Promise((r) => setImmediate(r));
    a.stop();
  }
  if (which === "plainsync") {
    const a = createActor(plain);
    a.start();
    a.send({ type: "go" });
    a.stop();
  }
  if (which === "promise") {
    const a = createActor(pr);
    a.start();
    await new Promise((r) => setImmediate(r));
    a.stop();
  }
  if (which === "ac") {
    const c = new AbortController();
    c.signal.addEventListener("abort", () => {});
    await new Promise((r) => setImmediate(r));
    c.keep = new Array(500).fill(i);
  }
  if (which === "acabort") {
    const c = new AbortController();
    c.signal.addEventListener("abort", () => {});
    c.keep = new Array(500).fill(i);
    await new Promise((r) => setImmediate(r));
    c.abort();
  }
  if (which === "imm") {
    const c = { keep: new Array(500).fill(i) };
    await new Promise((r) => setImmediate(() => r(c)));
  }
}
