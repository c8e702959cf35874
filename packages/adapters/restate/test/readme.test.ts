import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");

test("the README's worker and client are the ones that run in the example and in the tests", async () => {
  const quoted = [...(await read("../README.md")).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  expect(quoted).toEqual([
    await read("../../../../examples/durable/src/worker.ts"),
    await read("readme/application.ts"),
  ]);
});
