import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadable, piecesOf } from "../../src/prose/pieces.js";

const read = (path: string, source: string) =>
  piecesOf(path, source).map(({ kind, text }) => [kind, text.replaceAll(/\s+/g, " ").trim()]);

describe("piecesOf", () => {
  test("returns comments and strings with words, and no code", () => {
    const source = `import { thing } from "some-module";
// One comment
// on two lines
const label: "words" = \`says \${thing} in three words\`; /* The other, about \`thing()\`. */
throw new Error('An error with words');
`;
    expect(read("a.ts", source)).toEqual([
      ["comment", "One comment on two lines"],
      ["string", "in three words"],
      ["comment", "The other, about ."],
      ["string", "An error with words"],
    ]);
  });

  test("returns the names of tests, and no other string of a test", () => {
    const source = `
describe("a group of tests", () => {
  test.each(["not a name"])("the name of %s tests", () => expect("another string").toBe("more words"));
  it(\`another name \${of} tests here\`, () => {});
});`;
    expect(read("a.test.ts", source)).toEqual([
      ["test name", "a group of tests"],
      ["test name", "the name of %s tests"],
      ["test name", "another name"],
      ["test name", "tests here"],
    ]);
  });

  test("returns the text between tags", () => {
    expect(read("a.tsx", 'const a = <p title="a long title">Some words<b>{value}</b></p>;')).toEqual([
      ["string", "a long title"],
      ["string", "Some words"],
    ]);
  });

  test("reads the scripts and the markup of components and pages", () => {
    const source = `<script setup lang="ts">
// A comment in it.
const text = "a string in it";
</script>
<!-- A comment about it. -->
<template><button aria-label="Send it again" class="not read at all">Some words, {{ text + "more code" }}</button></template>
<style>p { color: red }</style>`;
    const expected = [
      ["comment", "A comment in it."],
      ["string", "a string in it"],
      ["comment", "<!-- A comment about it. -->"],
      ["string", "Send it again"],
      ["string", "Some words,"],
    ];
    for (const path of ["a.vue", "a.svelte", "a.html"]) expect(read(path, source)).toEqual(expected);
  });

  test("returns the description of a package", () => {
    expect(read("x/package.json", '{ "name": "a b", "description": "What it is" }')).toEqual([
      ["string", "What it is"],
    ]);
    expect(isReadable("tsconfig.json")).toBe(false);
  });

  test("names a file that can't be parsed", () => {
    expect(() => piecesOf("bad.ts", "const = ;")).toThrow(/^bad\.ts could not be parsed/);
  });

  test("knows the line of every character, whatever stands before it", () => {
    const before = fc.array(fc.constantFrom("", "const a = 1;", "// x", "/* x */", 'f("a b c");', "  "));
    fc.assert(
      fc.property(before, fc.boolean(), (lines, isBlock) => {
        const comment = isBlock ? "/**\n * needle in it\n */" : "call();\n// needle in it";
        const source = [...lines, "const needed = 1;", comment].join("\n");
        const piece = piecesOf("a.ts", source).find(({ text }) => text.includes("needle"));
        expect(piece?.lineAt(piece.text.indexOf("needle"))).toBe(lines.length + 3);
      }),
    );
  });
});
