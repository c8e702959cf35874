import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const list = readFileSync(fileURLToPath(new URL("../../../docs/complaints.md", import.meta.url)), "utf8");

const LINK = /https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/issues\/(\d+)/g;

/** The lines of the table: a number, the file of the tests, and the reports. */
const rows = [...list.matchAll(/^\| +(\d+) \|(.*)\|$/gm)].map(([, number = "", text = ""]) => ({
  number: Number(number),
  file: /complaints\/([\w-]+\.test\.ts)\)/.exec(text)?.[1],
  links: [...text.matchAll(LINK)].map(([link]) => link),
}));

/** Every link that stands above a test, with the line below it and the text up to the next link. */
const tests = readdirSync(here)
  .filter((file) => file.endsWith(".test.ts") && file !== "list.test.ts")
  .flatMap((file) =>
    readFileSync(join(here, file), "utf8")
      .split(/^ *\/\/ (?=https:\/\/github\.com\/)/m)
      .slice(1)
      .map((text) => {
        const [link = "", below = ""] = text.split("\n");
        return { file, link, below: below.trim(), text };
      }),
  );

describe("the complaints", () => {
  test("are numbered from 1, and each has its report", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 39 }, (_, at) => at + 1));
    expect(rows.filter(({ links }) => links.length === 0)).toEqual([]);
    const links = rows.flatMap(({ links }) => links);
    expect(new Set(links).size).toBe(links.length);
  });

  test("each have a test in the file that the list names, with the link above it", () => {
    const missing = rows.flatMap(({ number, file, links }) =>
      links
        .filter((link) => !tests.some((one) => one.file === file && one.link === link))
        .map((link) => `${number}: ${link} in ${file}`),
    );
    expect(missing).toEqual([]);
  });

  test("have tests that are named after them, and every such test is in the list", () => {
    const known = new Set(rows.flatMap(({ links }) => links));
    const misnamed = tests.filter(({ link, below, text }) => {
      const [, repository = "", number = ""] = [...link.matchAll(LINK)][0] ?? [];
      const name = /\btest(?:\.each\(.*?\))?\(\s*"([^"]*)"/s.exec(text)?.[1] ?? "";
      return !known.has(link) || !/^test\b/.test(below) || !name.startsWith(`${repository}#${number}: `);
    });
    expect(misnamed.map(({ file, link }) => `${file}: ${link}`)).toEqual([]);
  });
});
