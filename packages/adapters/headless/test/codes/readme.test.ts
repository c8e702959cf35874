import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const here = new URL("readme/", import.meta.url);
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const snippets = readdirSync(here).filter((name) => !name.startsWith("your-"));

test("installs this package by its full name in the README", () => {
  expect(readme).toContain("npm install @veristep/headless @veristep/core neverthrow");
  expect(readme).not.toMatch(/npx (-\S+ )*veristep/);
});

test.each(snippets)("the README shows %s as it is compiled", (name) => {
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(new URL(name, here), "utf8")}\`\`\``);
});
