import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inspect } from "../../src/prose/inspect.js";

const files = {
  ".gitignore": "built/\n",
  "README.md":
    "# A readme\n\nIt begins anew. `thsi` isn't read, nor https://example.com/thsi.\n\n```\nthsi\n```\n",
  "src/a.ts": "// Кодът беше изпратен.\n\n/**\n * This is mispelled.\n * Кодат също.\n */\n",
  "src/b.test.ts": 'test("works the rows off", () => expect("thsi").toBe("anew"));\n',
  "src/names.ts": "// cspell:disable\nexport const names = ['nom de familje', 'фамилно имя'];\n",
  "built/c.md": "It begins anew.\n",
  "srcs/d.md": "It begins anew.\n",
};

test(
  "inspects what git knows or would add, with the dictionaries of both languages",
  { timeout: 120_000 },
  async () => {
    const root = mkdtempSync(join(tmpdir(), "prose-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    execFileSync("git", ["init", "-q"], { cwd: root });
    const { paths, findings, words } = await inspect(root, ["README.md", "src", "built"]);
    expect(paths).toEqual(["README.md", "src/a.ts", "src/b.test.ts", "src/names.ts"]);
    expect(findings).toMatchObject([
      { path: "README.md", line: 3, found: "anew" },
      { path: "src/b.test.ts", line: 1, found: "works the rows off" },
    ]);
    expect(words).toEqual([
      { path: "src/a.ts", line: 4, word: "mispelled" },
      { path: "src/a.ts", line: 5, word: "Кодат" },
    ]);
  },
);
