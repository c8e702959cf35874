import { describe, expect, test } from "vitest";
import { lintDocument, lintPieces } from "../../src/prose/lint.js";
import { patterns } from "../../src/prose/patterns.js";
import { piecesOf } from "../../src/prose/pieces.js";

const suggestions = async (text: string) => (await lintDocument("a.md", text)).map(({ write }) => write);

describe("the patterns", () => {
  test.each(patterns)(
    "find their samples, and leave plain sentences alone: $write",
    async ({ write, finds, leaves = [] }) => {
      const missed = async (samples: readonly string[], isFound: boolean) => {
        const found = await Promise.all(samples.map(suggestions));
        return samples.filter((_, index) => found[index]?.includes(write) !== isFound);
      };
      expect(finds).not.toEqual([]);
      expect(await missed(finds, true)).toEqual([]);
      expect(await missed(leaves, false)).toEqual([]);
    },
  );

  /* The left column of the style guide's samples. */
  test.each([
    "Another one is another tab's, and so is one that says the same until another time",
    "after that the machine itself has stood still",
    "A machine that falls asleep each time goes on at last",
    "Whoever waits for a promise first is told first",
    "What a person sees of asking for another code",
    "One option that makes no sense",
    "no access token that the service takes was to be had",
    "goes on so often after the repeats of a call were spent",
    "codes that are asked for in a second, at most",
    "what works the rows off",
    "--help shows what there is",
    "Mend it, and run this again",
    "Please tell its makers",
    "faults to order",
    "Prove that an e-mail address and a phone number belong to a person, once and right",
    "whose sends are restored, and when the next is possible is told",
  ])("find “%s”", async (sample) => {
    expect(await suggestions(sample)).not.toEqual([]);
  });
});

describe("a document", () => {
  test("is read without its code, across the ends of lines", async () => {
    const text = "# Title\n\n`anew` and\n\n```js\nanew();\n```\n\nSo the flow goes\non, **anew**.\n";
    expect(await lintDocument("a.md", text)).toMatchObject([
      { path: "a.md", line: 9, found: "goes on" },
      { path: "a.md", line: 10, found: "anew" },
    ]);
  });
});

describe("a source", () => {
  test("is read across the ends of the lines of a comment, and findings name their line", async () => {
    const source =
      'const x = 1;\n/**\n * So the flow goes\n * on. Then it begins anew.\n */\nthrow new Error("It makes no sense.");\n';
    expect(await lintPieces(piecesOf("a.ts", source))).toEqual([
      { path: "a.ts", line: 3, found: "goes on", write: expect.any(String) },
      { path: "a.ts", line: 4, found: "anew", write: expect.any(String) },
      { path: "a.ts", line: 6, found: "makes no sense", write: expect.any(String) },
    ]);
  });
});
