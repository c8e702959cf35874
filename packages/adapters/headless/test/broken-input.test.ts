import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Sandbox } from "@veristep/sandbox";
import { describe, expect, test } from "vitest";
import { jsonLines, usersCsv, veristep, workFolder } from "./support/command.js";
import { inProcess, served } from "./support/in-process.js";

const PATIENCE_MS = 120_000;

const calls = ({ record }: Sandbox) => Object.values(record.requests).reduce((sum, count) => sum + count, 0);

const tooLong = `900,${"x".repeat(20_000)}@example.com\n`;
const openQuote = '900,"p@example.com\n901,q@example.com\n';

describe("an input that can't be read to its end (B42)", () => {
  test.each([
    ["a row that is too long", tooLong, "is longer than 16384 characters"],
    ["a quote that is never closed", openQuote, "has a quote that is never closed"],
  ])("finds %s in a file before the first call", async (_, damage, problem) => {
    await using here = await served();
    using folder = workFolder();
    const input = folder.write("users.csv", `${usersCsv(here.sandbox, 100)}${damage}`);
    const [journal, report] = [folder.path("j"), folder.path("report.csv")];
    const rest = ["--journal", journal, "--report", report, "--codes", "outbox", ...here.base];
    const { code, told } = await inProcess("batch", input, ...rest);
    expect({ code, told }).toEqual({
      code: 2,
      told: expect.stringContaining(`veristep: The row that begins on line 102 ${problem}`) as string,
    });
    expect([calls(here.sandbox), existsSync(journal), existsSync(report)]).toEqual([0, false, false]);
  });

  test(
    "finishes and reports the rows of a pipe before the damage, and continues once that is fixed",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const [journal, report] = [folder.path("j"), folder.path("report.csv")];
      const good = usersCsv(here.sandbox, 20);
      const more = ["--journal", journal, "--report", report, "--codes", "outbox", ...here.base, "--json"];
      const broken = await veristep(["batch", "-", ...more], { input: `${good}${openQuote}` }).ended;
      expect(broken.stderr).toContain(
        "The row that begins on line 22 has a quote that is never closed. Fix it and rerun.",
      );
      expect(broken.stderr).toContain(
        "From there on nothing was begun; what comes before it is in the journal and in the report.",
      );
      expect(jsonLines(broken.stdout).at(-1)).toMatchObject({ counts: { verified: 20 }, exitCode: 2 });
      expect(broken.code).toBe(2);
      expect(readFileSync(report, "utf8").match(/,verified,verified,/g)).toHaveLength(20);

      const { sent } = here.sandbox.record;
      const fixed = await inProcess("batch", folder.write("users.csv", good), ...more);
      expect([fixed.code, here.sandbox.record.sent]).toEqual([0, sent]);
    },
    PATIENCE_MS,
  );
});

describe("a file in which a row was changed (B40)", () => {
  test(
    "ends the run there, after the rows before it are finished and reported",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const lines = usersCsv(here.sandbox, 5).split("\n");
      const [journal, report] = [folder.path("j"), folder.path("report.csv")];
      const input = folder.write("users.csv", lines.join("\n"));
      const batch = ["batch", input, "--journal", journal, "--report", report, ...here.base, "--codes"];
      // No code comes: all rows can be resumed.
      expect((await veristep([...batch, "stdin"]).ended).code).toBe(3);
      folder.write("users.csv", lines.join("\n").replace("person3@", "person33@"));
      const { code, told } = await inProcess(...batch, "outbox");
      expect(code).toBe(2);
      expect(told).toContain("Line 5 is not as it was when the journal began it.");
      expect(told).toContain("what comes before it is in the journal and in the report.");
      expect(readFileSync(report, "utf8").match(/^\d,\d,,\w+/gm)).toEqual([
        "2,2,,verified",
        "3,3,,verified",
        "4,4,,verified",
        "5,5,,noCode",
        "6,6,,noCode",
      ]);
    },
    PATIENCE_MS,
  );

  test("leaves the report alone when no row was begun", async () => {
    await using here = await served();
    using folder = workFolder();
    const report = folder.path("report.csv");
    const rest = ["--journal", folder.path("j"), "--report", report, "--codes", "outbox", ...here.base];
    const run = (input: string) => inProcess("batch", input, ...rest);
    expect((await run(folder.write("a.csv", usersCsv(here.sandbox, 2)))).code).toBe(0);
    const before = readFileSync(report, "utf8");
    folder.write("report.csv", `${before}kept`);
    const { code, told } = await run(folder.write("b.csv", usersCsv(here.sandbox, 2)));
    expect(code).toBe(2);
    expect(told).toMatch(/^veristep: Line 2 is not as it was [^\n]*$/m);
    expect(told).not.toContain("comes before it");
    expect([before.split("\n").length, readFileSync(report, "utf8")]).toEqual([4, `${before}kept`]);
  });
});

describe("paths that lead nowhere: a sentence, exit status 2, and no call", () => {
  const longName = "x".repeat(300);

  test("of the input", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", "userId,email\n1,a@example.com\n");
    const told = async (path: string) => {
      const ended = await inProcess("batch", path, "--dry-run");
      expect(ended.code).toBe(2);
      return ended.told;
    };
    expect(await told(folder.path("nowhere.csv"))).toBe(
      `veristep: There is no file ${folder.path("nowhere.csv")}.`,
    );
    expect(await told(`${input}/x`)).toBe(`veristep: ${input}/x can't be read (ENOTDIR).`);
    expect(await told(folder.path(longName))).toContain("can't be read (ENAMETOOLONG).");
  });

  test("of the report", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", "userId,email\n1,a@example.com\n");
    const reports = [
      [`${input}/r.csv`, "ENOTDIR"],
      [folder.path(longName), "ENAMETOOLONG"],
      [folder.path("no/r.csv"), `there is no folder ${folder.path("no")}`],
    ] as const;
    for (const [report, why] of reports) {
      expect(await inProcess("batch", input, "--dry-run", "--report", report)).toEqual({
        code: 2,
        printed: "",
        told: `veristep: The report ${report} can't be written (${why}).`,
      });
    }
  });

  test(
    "of a file that can't be opened",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const socket = folder.path("socket");
      const server = createServer().listen(socket);
      const rest = ["--journal", folder.path("j"), "--codes", "outbox", ...here.base];
      for (const more of [rest, ["--dry-run"]]) {
        expect(await inProcess("batch", socket, ...more)).toEqual({
          code: 2,
          printed: "",
          told: "veristep: The input can't be read (ENXIO).",
        });
      }
      server.close();
      expect(calls(here.sandbox)).toBe(0);
    },
    PATIENCE_MS,
  );
});
