import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveRegistry } from "../src/matrix/registry.js";
import { readRows, selectRows } from "../src/matrix/rows.js";
import { tableOf, type Outcome } from "../src/matrix/table.js";

test("gives rows that share an installation one version of each package", () => {
  const wanted = new Map<string, string>();
  for (const { name, shares = name, dependencies } of readRows())
    for (const [dependency, range] of Object.entries(dependencies)) {
      const key = `${dependency} in ${shares}`;
      expect([key, range]).toEqual([key, wanted.get(key) ?? range]);
      wanted.set(key, range);
    }
  expect(wanted.size).toBeGreaterThan(0);
});

test("lists the environments when a name is unknown", () => {
  expect(() => selectRows(readRows(), ["nuxtt"])).toThrow(/no environment nuxtt.* There are: .*react-19/);
  expect(selectRows(readRows(), ["react-19"]).map(({ name }) => name)).toEqual(["react-19"]);
});

test("serves a package as an npm registry does, and no other package", async () => {
  const folder = mkdtempSync(join(tmpdir(), "veristep-registry-"));
  const tarball = join(folder, "veristep-core-1.2.3.tgz");
  writeFileSync(tarball, "packed");
  const manifest = { name: "@veristep/core", version: "1.2.3" };
  const packed = { name: manifest.name, folder, tarball, unpacked: folder, manifest };
  const registry = await serveRegistry([packed]);
  try {
    const answer = await fetch(`${registry.url}/@veristep%2fcore`);
    const { versions } = (await answer.json()) as {
      versions: Record<string, { dist: { tarball: string; integrity: string } }>;
    };
    const served = await fetch(versions["1.2.3"]?.dist.tarball ?? "");
    const hash = createHash("sha512").update(await served.text());
    expect(versions["1.2.3"]?.dist.integrity).toBe(`sha512-${hash.digest("base64")}`);
    expect((await fetch(`${registry.url}/react`)).status).toBe(404);
  } finally {
    await registry.close();
  }
});

test("counts an environment that was not run apart from those that work", () => {
  const outcome = (result: Outcome["result"], reason: string): Outcome => ({
    title: "One",
    versions: "",
    result,
    reason,
    lines: 1,
    seconds: 1,
  });
  const table = tableOf([outcome("works", ""), outcome("not run", ": no such platform\nand more")]);
  expect(table).toContain("| not run: no such platform |");
  expect(table).toContain("1 work, 0 fail, 1 not run");
});
