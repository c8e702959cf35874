import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkContents, sourceMaps } from "../src/pack/contents.js";
import { firstSnippet, importedPackages, installedPackages } from "../src/pack/readme.js";
import { publicPackages, readManifest, root } from "../src/workspace.js";

const home = readManifest(root).homepage?.replace("#readme", "") ?? "";

const readme = `# fine

\`\`\`sh
npm install fine tool # and nothing else
\`\`\`

[the core](${home}/tree/main/packages/core), [a title](#fine)

\`\`\`tsx
import { fine } from "fine";
import "tool/style";
const later = await import("node:fs");
\`\`\`
`;

let unpacked: string;
const write = (file: string, text: string) => {
  const path = join(unpacked, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const packed = () => ({
  name: "fine",
  folder: "packages/fine",
  tarball: "fine.tgz",
  unpacked,
  manifest: {
    name: "fine",
    main: "dist/index.js",
    types: "dist/index.d.ts",
    peerDependencies: { tool: "^1.0.0" },
  },
});

beforeEach(() => {
  unpacked = mkdtempSync(join(tmpdir(), "packed-"));
  for (const file of ["LICENSE", "dist/index.d.ts", "src/index.ts"]) write(file, "");
  write("README.md", readme);
  write("dist/index.js", `import { readFile } from "node:fs/promises";\nexport * from "tool/deep/file.js";`);
  write("dist/index.js.map", JSON.stringify({ sources: ["../src/index.ts"] }));
});
afterEach(() => {
  rmSync(unpacked, { recursive: true });
});

describe("pack:check", () => {
  test("finds nothing wrong with a complete package", () => {
    expect(checkContents(packed())).toEqual([]);
    expect(sourceMaps(packed())).toEqual({ all: 1, found: 1 });
  });

  test.for<[string, string, string]>([
    ["a missing source", "dist/index.js.map", `{ "sources": ["../src/gone.ts", "../../elsewhere.ts"] }`],
    ["an undeclared import", "dist/more.js", `import x from "@types/stray";`],
    ["a relative link", "README.md", `${readme}[core](../core)`],
    ["a link to a file that is gone", "README.md", `${readme}[gone](${home}/blob/main/gone.md)`],
    ["an import that the install line lacks", "README.md", readme.replace("fine tool", "tool")],
  ])("reports %s", ([, file, text]) => {
    write(file, text);
    expect(checkContents(packed())).toHaveLength(1);
  });

  test("reports a missing license", () => {
    rmSync(join(unpacked, "LICENSE"));
    expect(checkContents(packed())).toEqual(["LICENSE is not in the package."]);
  });
});

describe("a README", () => {
  test("has a first snippet, an install line and imports", () => {
    const snippet = firstSnippet(readme);
    expect(snippet).toMatchObject({ language: "tsx" });
    expect(installedPackages(readme)).toEqual(["fine", "tool"]);
    expect(importedPackages(snippet?.code ?? "")).toEqual(["fine", "tool", "node:fs"]);
  });
});

test("folders that stand for an entry lead to the file of that entry", () => {
  const folders = publicPackages().flatMap(({ folder, manifest: { exports = {} } }) =>
    Object.entries(exports)
      .filter(([entry]) => entry !== "." && existsSync(join(root, folder, entry, "package.json")))
      .map(([entry, { types, default: main }]) => ({ at: join(root, folder, entry), types, main })),
  );
  expect(folders.length).toBeGreaterThan(1);
  for (const { at, types = "", main = "" } of folders) {
    const stub = readManifest(at);
    expect([join(at, stub.main ?? ""), join(at, stub.types ?? "")]).toEqual([
      join(at, "..", main),
      join(at, "..", types),
    ]);
  }
});
