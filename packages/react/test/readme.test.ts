import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test.each(readdirSync(new URL("examples/", import.meta.url)))(
  "the README shows %s as the tests in a browser run it",
  (example) => {
    expect(read("../README.md")).toContain("```tsx\n" + read(`examples/${example}`) + "```");
  },
);

test("the README names every export", () => {
  const exported = [...read("../src/index.ts").matchAll(/\b(use\w+|VerificationProvider)\b/g)].map(
    ([name]) => name,
  );
  const readme = read("../README.md");
  expect(exported.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  expect(exported.length).toBeGreaterThan(4);
});
