import { readFileSync } from "node:fs";
import type { Sandbox } from "@veristep/sandbox";
import { describe, expect, test } from "vitest";
import { jsonLines, usersCsv, veristep, workFolder } from "./support/command.js";
import { inProcess, served } from "./support/in-process.js";

const PATIENCE_MS = 120_000;

const batchArgs = (input: string, journal: string, url: string) => [
  "batch",
  input,
  "--journal",
  journal,
  "--base-url",
  url,
  "--codes",
  "outbox",
];
const batch = (input: string, journal: string, url: string, ...more: string[]) =>
  inProcess(...batchArgs(input, journal, url), ...more);

/** The lines of a file with so many good rows, without the end of the last one. */
const linesOf = (sandbox: Sandbox, people: number) => usersCsv(sandbox, people).trimEnd().split("\n");

describe("the numbers of a batch", () => {
  test(
    "count rows only: no blank lines and no line ends in quotes",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const [header = "", first = "", second = "", third = ""] = linesOf(here.sandbox, 3);
      const quoted = `${second},"two\nlines"`;
      const input = folder.write(
        "users.csv",
        [`${header},reference`, first, "", quoted, "", third].join("\n"),
      );
      const { code, printed, told } = await batch(input, folder.path("j"), here.url);
      expect(code).toBe(0);
      expect(printed).toMatch(/^3 rows in /);
      expect(told).toMatch(/^3\/3 rows, \d+\/s, 0 s left; verified 3$/m);
    },
    PATIENCE_MS,
  );

  test(
    "count the rows of a file that has lost its last row",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const lines = linesOf(here.sandbox, 2);
      const [journal, report] = [folder.path("j"), folder.path("report.csv")];
      await batch(folder.write("users.csv", lines.join("\n")), journal, here.url);
      const shorter = folder.write("users.csv", `${lines.slice(0, 2).join("\n")}\n`);
      const { code, printed, told } = await batch(shorter, journal, here.url, "--report", report);
      expect(code).toBe(0);
      expect(told).toMatch(/^1\/1 row, /m);
      expect(told).toContain("The journal knows 1 row more; this is about those of the input.");
      expect(printed).toMatch(/^1 row in [\d.]+ s\n {2}verified {10}1$/);
      expect(readFileSync(report, "utf8").trimEnd().split("\n")).toHaveLength(2);
    },
    PATIENCE_MS,
  );

  test(
    "name once why a source gives no codes",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 3));
      const report = folder.path("report.csv");
      const args = [...batchArgs(input, folder.path("j"), here.url), "--codes", "stdin", "--report", report];
      const { code, stderr } = await veristep(args).ended;
      expect(code).toBe(3);
      expect(stderr.match(/Could not get a code: The input with the codes has ended\./g)).toHaveLength(1);
      expect(readFileSync(report, "utf8").match(/,noCode,stdin:ended,,$/gm)).toHaveLength(3);
    },
    PATIENCE_MS,
  );
});

describe("rows that were corrected", () => {
  test(
    "are refused by another run of the batch, and run by veristep retry",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const [header = "", ...rows] = linesOf(here.sandbox, 3);
      const good = [header, ...rows].join("\n");
      const bad = good.replace("+359881000001", "359881000001");
      const journal = folder.path("users.journal");
      const first = await batch(folder.write("users.csv", bad), journal, here.url);
      expect(first.code).toBe(1);
      expect(first.told).toContain(`rerun them: veristep retry --journal ${journal}`);
      folder.write("users.csv", good);
      const refused = await batch(folder.path("users.csv"), journal, here.url);
      expect(refused.code).toBe(2);
      expect(refused.told).toContain("Line 3 is not as it was when the journal began it.");
      expect(refused.told).toContain("use: veristep retry");

      const { sent } = here.sandbox.record;
      // The journal knows its input and its service.
      const again = await inProcess("retry", "--journal", journal, "--codes", "outbox");
      expect({ code: again.code, sent: here.sandbox.record.sent - sent }).toEqual({ code: 0, sent: 2 });
      expect(here.sandbox.users().filter((user) => user.isPhoneVerified)).toHaveLength(3);
    },
    PATIENCE_MS,
  );
});

describe("batch --dry-run", () => {
  const rows = "userId,email\n1,a@example.com\n1,b@example.com\n2,A@example.com\n3,\n";

  test("prints the rows as a real run does, and ends with an exit status", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", rows);
    const { code, printed } = await inProcess("batch", input, "--dry-run", "--json");
    expect(code).toBe(1);
    const row = { event: "row", earlier: false, evidence: null };
    expect(jsonLines(printed)).toEqual([
      { ...row, number: 3, userId: 1, bucket: "duplicateId", reason: "sameUserAsLine:2" },
      { ...row, number: 4, userId: 2, bucket: "duplicateContact", reason: "sameContactAsLine:2" },
      { ...row, number: 5, userId: 3, bucket: "badRow", reason: "email:missing" },
      expect.objectContaining({ event: "plan", rows: 4, ready: 1 }) as object,
      {
        event: "end",
        dryRun: true,
        counts: { ready: 1, duplicateId: 1, duplicateContact: 1, badRow: 1 },
        seconds: expect.any(Number) as number,
        exitCode: 1,
      },
    ]);
  });

  test("writes the report, and counts one row as one", async () => {
    using folder = workFolder();
    const report = folder.path("report.csv");
    const input = folder.write("users.csv", rows);
    await inProcess("batch", input, "--dry-run", "--report", report);
    expect(readFileSync(report, "utf8").split("\n")).toEqual([
      "line,userId,reference,bucket,reason,emailBy,phoneBy",
      "2,1,,open,ready,,",
      "3,1,,duplicateId,sameUserAsLine:2,,",
      "4,2,,duplicateContact,sameContactAsLine:2,,",
      "5,3,,badRow,email:missing,,",
      "",
    ]);
    const onStdout = await inProcess("batch", input, "--dry-run", "--report", "-");
    expect(`${onStdout.printed}\n`).toBe(readFileSync(report, "utf8"));
    expect(onStdout.told).toContain("4 rows, none of them touched");
    const one = folder.write("one.csv", "userId,email\n1,a@example.com\n");
    const { code, printed } = await inProcess("batch", one, "--dry-run");
    expect({ code, printed }).toEqual({
      code: 0,
      printed: "1 row, none of them touched\n  ready             1",
    });
  });
});

test("refuses a folder in place of the input or the report before any call", async () => {
  await using here = await served();
  using folder = workFolder();
  const input = folder.write("users.csv", usersCsv(here.sandbox, 1));
  const rest = ["--journal", folder.path("j"), "--codes", "outbox", ...here.base];
  const place = folder.path("");
  expect(await inProcess("batch", place, ...rest)).toMatchObject({
    code: 2,
    told: expect.stringContaining(`${place} is a folder`) as string,
  });
  expect(await inProcess("batch", input, "--report", place, ...rest)).toMatchObject({
    code: 2,
    told: expect.stringContaining(`The report ${place} is a folder`) as string,
  });
  expect(Object.values(here.sandbox.record.requests).reduce((sum, count) => sum + count, 0)).toBe(0);
});
