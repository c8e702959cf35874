import { describe, expect, test } from "vitest";
import { snippetsOf } from "../src/pack/readme.js";
import { checkSnippets, missingFiles, pages, stalePages, withQuotes } from "../src/snippets.js";

describe("the code in the documentation", () => {
  test("names files that exist", () => {
    expect(missingFiles()).toEqual([]);
  });

  test("quotes its files as they are", () => {
    expect(stalePages(), "stale: run `npm run docs` to quote the files again").toEqual([]);
  });

  test("compiles, and runs where it is a whole program", async () => {
    expect(pages()).toContain("guide/gateway.md");
    const { problems, compiled, run } = await checkSnippets();
    expect(problems).toEqual([]);
    expect(compiled).toBeGreaterThan(20);
    expect(run).toBeGreaterThan(5);
  });
});

describe("a document", () => {
  const document = [
    "<!-- package.json -->",
    "",
    "```ts [a.ts]",
    "old",
    "```",
    "",
    "```sh",
    "npm start",
    "```",
    "",
    "```jsx",
    "let b;",
    "```",
    "",
  ].join("\n");

  test("has the blocks that are code, with their titles and files", () => {
    expect(snippetsOf(document)).toEqual([
      { code: "old\n", language: "ts", title: "a.ts", file: "package.json" },
      { code: "let b;\n", language: "tsx", title: null, file: null },
    ]);
  });

  test("gets its quotes from the files", () => {
    const [quote] = snippetsOf(withQuotes(document));
    expect(quote?.code).toContain('"name": "veristep-workspace"');
    expect(withQuotes(document)).toContain("\n```\n\n```sh\nnpm start\n```\n");
  });
});
