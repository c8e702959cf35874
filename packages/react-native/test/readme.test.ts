import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README shows the screen that the tests in a browser run", () => {
  expect(read("../README.md")).toContain("```tsx\n" + read("examples/verify-contacts.tsx") + "```");
});

test("the README names every export", () => {
  const exported = [
    ...read("../src/index.ts").matchAll(/\b(use\w+|VerificationProvider|wakeOn|\w+Store)\b/g),
  ];
  const names = exported.map(([name]) => name).filter((name) => name !== "useVerificationOptions");
  expect(names.filter((name) => !read("../README.md").includes(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
});
