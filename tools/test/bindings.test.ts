import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../src/workspace.js";

const read = (path: string) => readFileSync(join(root, path), "utf8");

test.each([
  ["vue", "VerifyContacts.vue"],
  ["svelte", "VerifyContacts.svelte"],
  ["solid", "verify-contacts.tsx"],
  ["angular", "verify-contacts.ts"],
])("the README of @veristep/%s shows the service and the screen as tests run them", (name, file) => {
  const readme = read(`packages/${name}/README.md`);
  expect(readme).toContain(`\n${read(`packages/${name}/test/examples/${file}`)}\`\`\``);
  expect(readme).toContain(`\n${read("examples/recipes/src/try-it.ts")}\`\`\``);
});

test.each([
  ["react", ["verify.test.tsx", "vite.config.js", "jest.config.cjs"]],
  ["vue", ["verify-contacts.test.ts", "vite.config.js", "jest.config.cjs"]],
  ["svelte", ["verify-contacts.test.ts", "vite.config.js"]],
  ["solid", ["verify-contacts.test.tsx", "vite.config.js", "jest.config.cjs"]],
  ["react-native", ["verify-contacts.test.tsx", "jest.config.cjs"]],
  ["angular", ["src/try-it.ts", "src/verify-contacts.spec.ts", "jest.config.cjs", "jest.setup.ts"]],
])("the README of @veristep/%s has the tests that the matrix runs", (name, files) => {
  const readme = read(`packages/${name}/README.md`);
  for (const file of files)
    expect(readme).toContain(`\n${read(`tools/matrix/rows/${name}-tests/${file}`)}\`\`\``);
});
