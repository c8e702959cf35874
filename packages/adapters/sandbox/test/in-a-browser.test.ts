import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const source = new URL("../src/", import.meta.url);
const files = readdirSync(source).filter((name) => name !== "node.ts");

test("everything but the Node entry does without Node", () => {
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(new URL(file, source), "utf8");
    expect([file, text.match(/from "(node:|@hono\/node-server)|\b(process|Buffer)\./g)]).toEqual([
      file,
      null,
    ]);
  }
});
