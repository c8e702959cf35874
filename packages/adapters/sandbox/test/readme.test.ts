import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as sandbox from "@veristep/sandbox";
import * as node from "@veristep/sandbox/node";

const modules = { "@veristep/sandbox": sandbox, "@veristep/sandbox/node": node };
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const snippets = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, snippet = ""]) => snippet);

test("the snippets of the README run, and print what they say", async () => {
  expect(snippets.length).toBe(2);
  const printed: unknown[] = [];
  for (const snippet of snippets) {
    const body = snippet.replaceAll(/import (\{.*?\}) from ("[^"]+");/g, "const $1 = modules[$2];");
    // The snippet is of this package, and there is no other way to run it as it stands.
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval, typescript/no-unsafe-call
    const run = new Function("modules", "console", `return (async () => {${body}})()`) as (
      available: typeof modules,
      output: { log: (line: unknown) => void },
    ) => Promise<void>;
    await run(modules, { log: (line) => printed.push(line) });
  }
  expect(printed).toEqual([
    expect.stringMatching(/^\d{6}$/),
    1,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_sandbox$/),
  ]);
});
