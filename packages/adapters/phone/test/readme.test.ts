import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as phone from "@veristep/phone";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the snippet of the README runs, and prints what it says", () => {
  const [, snippet = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const body = snippet.replaceAll(/import (\{.*?\}) from "[^"]+";/g, "const $1 = phone;");
  // The snippet is of this package, and there is no other way to run it as it stands.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval, typescript/no-unsafe-call
  const run = new Function("phone", "console", body) as (
    available: typeof phone,
    output: { log: (line: unknown) => void },
  ) => void;
  const printed: unknown[] = [];
  run(phone, { log: (line) => printed.push(line) });
  expect(printed).toEqual(["+359888123456"]);
});
