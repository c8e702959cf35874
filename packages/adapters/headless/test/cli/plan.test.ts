import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonLines, usersCsv, veristep, workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

const PATIENCE_MS = 120_000;

const input = [
  "sep=;",
  "email;Telefon;credit;User ID;ref",
  "a@example.com;+359881234567;20,02;1;first",
  "b@example.com;+4915123456789;1,5;2;second",
  "c@example.com;;0;3;third",
  "d@example.com;3,59881E+11;0;4;",
  "e@example.com;359881234568;0;5;",
  "f@example.com;+359881234569;0;1;",
  "A@example.com;+359881234570;0;7;",
  ";;;;",
].join("\r\n");

describe("the plan of a batch (B48)", () => {
  test("shows with --dry-run how the input is understood, its problems, and the messages", async () => {
    using folder = workFolder();
    const file = folder.write("users.csv", input);
    const { code, printed, told } = await inProcess(
      "batch",
      file,
      "--dry-run",
      "--journal",
      folder.path("j"),
    );
    expect(code).toBe(1);
    expect(told).toBe(
      [
        `${file}: CSV, separated by semicolons, utf-8`,
        '  columns  userId: "User ID", email: "email", phone: "Telefon", reference: "ref"',
        '  unused   "credit"',
        "  rows     7, 3 to verify",
        "           1 × badRow (phone:spreadsheet), first on line 6",
        "           1 × badRow (phone:plusLost), first on line 7",
        "           1 × duplicateId (sameUserAsLine), first on line 8",
        "           1 × duplicateContact (sameContactAsLine), first on line 9",
        "           1 row without a phone number: only the e-mail is verified",
        "  sends    up to 3 e-mails and 2 text messages (Bulgaria 1, Germany 1); a code that doesn't arrive is sent again, up to 2 times",
        "  service  https://api-test.10npay.com",
        `  journal  ${folder.path("j")} (new)`,
      ].join("\n"),
    );
    expect(printed).toContain("line 6: badRow (phone:spreadsheet)");
  });

  test("prints the same for programs with --dry-run --json", async () => {
    using folder = workFolder();
    const file = folder.write("users.csv", input);
    const { printed } = await inProcess("batch", file, "--dry-run", "--json");
    expect(jsonLines(printed).find(({ event }) => event === "plan")).toEqual({
      event: "plan",
      input: {
        file,
        format: "csv",
        delimiter: ";",
        encoding: "utf-8",
        isEncodingGuessed: false,
        columns: { userId: ["User ID"], email: ["email"], phone: ["Telefon"], reference: ["ref"] },
        unused: ["credit"],
      },
      rows: 7,
      ready: 3,
      earlier: {},
      problems: [
        { bucket: "badRow", reason: "phone:spreadsheet", rows: 1, firstLine: 6 },
        { bucket: "badRow", reason: "phone:plusLost", rows: 1, firstLine: 7 },
        { bucket: "duplicateId", reason: "sameUserAsLine", rows: 1, firstLine: 8 },
        { bucket: "duplicateContact", reason: "sameContactAsLine", rows: 1, firstLine: 9 },
      ],
      withoutPhone: 1,
      messages: {
        emails: 3,
        texts: 2,
        textsTo: [
          { country: "BG", texts: 1 },
          { country: "DE", texts: 1 },
        ],
      },
      maxAutoResends: 2,
      service: "https://api-test.10npay.com",
      journal: null,
    });
  });

  test("names the column that holds phone numbers under an unknown name, and sends nothing", async () => {
    using folder = workFolder();
    const text = "userId,email,Rückrufwunsch\n8,a@example.com,+359881234570\n9,b@example.com,\n";
    const file = folder.write("users.csv", text);
    const { code, told } = await inProcess("batch", file, "--dry-run");
    expect([code, told]).toEqual([
      2,
      'veristep: No column is known to hold the phone numbers, and "Rückrufwunsch" looks like one. Say which column it is: --columns phone=NAME, or --columns phone= for none.',
    ]);
    for (const name of ["Rückrufwunsch", ""]) {
      expect((await inProcess("batch", file, "--dry-run", "--columns", `phone=${name}`)).code).toBe(0);
    }
    const json = folder.write(
      "users.ndjson",
      '{"userId":8,"email":"a@example.com","callback":"00359881234570"}\n',
    );
    expect((await inProcess("batch", json, "--dry-run", "--country", "BG")).told).toContain(
      '"callback" looks like one',
    );
    const dates = folder.write("dates.csv", "userId,email,born\n8,a@example.com,1980-01-31\n");
    expect((await inProcess("batch", dates, "--dry-run")).code).toBe(0);
  });

  test(
    "comes before the run, counts rows of an earlier run, and is left out with --quiet",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const file = folder.write("users.csv", usersCsv(here.sandbox, 3));
      const run = (...more: string[]) =>
        inProcess("batch", file, "--journal", folder.path("j"), "--codes", "outbox", ...here.base, ...more);
      const first = await run("--limit", "2");
      expect(first.told).toContain("rows     3, 3 to verify");
      expect(first.told).toContain("Run it again with the same journal to continue.");
      expect([first.code, here.sandbox.record.sent]).toEqual([0, 4]);
      expect(first.printed).toContain("notBegun          1");
      const dry = await inProcess("batch", file, "--dry-run", "--journal", folder.path("j"));
      expect(dry.told).toContain("ended earlier: verified 2");
      expect(dry.told).toContain("up to 1 e-mail and 1 text message (Bulgaria 1)");
      const rehearsal = ["batch", file, "--dry-run", "--journal", folder.path("j"), "--report", "-"];
      expect((await inProcess(...rehearsal)).printed).toMatch(
        /\n2,2,,verified,verified,.*\n3,3,,verified,verified,.*\n4,4,,open,ready,,$/,
      );
      const second = await run("--quiet");
      expect([second.code, second.told, here.sandbox.record.sent]).toEqual([0, "", 6]);
      expect(second.printed).toMatch(/^3 rows in [\d.]+ s\n {2}verified {10}3$/);
    },
    PATIENCE_MS,
  );
});

describe("veristep report (B49)", () => {
  test(
    "makes the report of any run from its journal, with the rows that were not begun",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const file = folder.write("users.csv", `${usersCsv(here.sandbox, 3)}9,x,\n`);
      const journal = folder.path("j");
      await inProcess("batch", file, "--journal", journal, "--codes", "outbox", "--limit", "2", ...here.base);
      const { code, printed, told } = await inProcess("report", "--journal", journal);
      expect(printed.split("\n").map((line) => line.split(",").slice(0, 5).join(","))).toEqual([
        "line,userId,reference,bucket,reason",
        "2,2,,verified,verified",
        "3,3,,verified,verified",
        "4,4,,open,notBegun",
        "5,9,,open,notBegun",
      ]);
      expect(told).toContain("notBegun          2");
      expect(code).toBe(5);
      const json = await inProcess("report", "--journal", journal, "--json", "--quiet");
      expect(jsonLines(json.printed)[0]).toMatchObject({
        line: 2,
        userId: 2,
        bucket: "verified",
        emailBy: "code",
      });
      expect(json.told).toBe("");
      const target = folder.path("report.ndjson");
      await inProcess("report", "--journal", journal, "--report", target);
      expect(jsonLines(readFileSync(target, "utf8"))).toHaveLength(4);
      expect((await inProcess("report", "--journal", folder.path("none"))).told).toContain(
        "There is no journal",
      );
      expect((await inProcess("report", "--journal", journal, "--report", journal)).told).toContain(
        "is the journal",
      );
    },
    PATIENCE_MS,
  );
});

describe("veristep retry", () => {
  test(
    "runs the rows of the buckets that are named, with what their lines say now, and no other",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const [header, ...rows] = usersCsv(here.sandbox, 4).trimEnd().split("\n");
      const write = (lines: readonly string[]) => folder.write("users.csv", [header, ...lines].join("\n"));
      const [one = "", two = "", three = "", four = ""] = rows;
      const bad = two.replace("+", "");
      // The third has the contact of the second, the fourth has no number.
      const same = three.replace(/person\d+@/, "person0@");
      const none = four.replace(/,\+\d+$/, ",");
      const file = write([one, bad, same, none]);
      const journal = folder.path("j");
      const first = await inProcess("batch", file, "--journal", journal, "--codes", "outbox", ...here.base);
      expect(first.printed).toMatch(
        /badRow +1 .*\n.*duplicateContact +1 .*\n.*needsPerson +1 .*\n.*verified +1$/,
      );

      write([one, two, three, four]);
      const retry = (...more: string[]) =>
        inProcess("retry", "--journal", journal, "--codes", "outbox", ...more);
      const second = await retry("--bucket", "badRow");
      expect(second.told).toContain("rows     4, 1 to verify");
      expect(second.printed).toMatch(/duplicateContact +1 .*\n.*needsPerson +1 .*\n.*verified +2$/);
      const sent = here.sandbox.record.sent;
      const third = await retry("--bucket", "duplicateContact,needsPerson");
      expect(third.code).toBe(0);
      expect(third.printed).toMatch(/\n {2}verified +4$/);
      // The fourth one's e-mail was verified before.
      expect(here.sandbox.record.sent - sent).toBe(3);
      expect((await retry()).told).toContain(", 0 to verify");
    },
    PATIENCE_MS,
  );

  test(
    "frees what a corrected row had claimed, and refuses a line that moved",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const [header, one = "", two = ""] = usersCsv(here.sandbox, 2).trimEnd().split("\n");
      const write = (lines: readonly string[]) => folder.write("users.csv", [header, ...lines].join("\n"));
      // The first row claims the second one's user, by a typing error, and ends without a code.
      const wrong = one.replace(/^\d+,/, "3,");
      const journal = folder.path("j");
      const file = write([wrong, two]);
      const batch = ["batch", file, "--journal", journal, "--codes", "stdin", ...here.base];
      const run = await veristep(batch).ended;
      expect(run.stdout).toContain("duplicateId       1");
      write([one, two]);
      const again = await inProcess("retry", "--journal", journal, "--codes", "outbox");
      expect([again.code, again.printed]).toEqual([0, expect.stringMatching(/\n {2}verified +2$/)]);
      write(["", two, one].filter((line) => line !== ""));
      const moved = await inProcess("retry", "--journal", journal, "--codes", "outbox", "--bucket", "noCode");
      expect([moved.code, moved.told]).toEqual([2, expect.stringContaining("Line 2 is not as it was")]);
    },
    PATIENCE_MS,
  );

  test.each([
    [["--bucket", "nonsense"], "A bucket is one of verified, "],
    [["--journal", "/nowhere/j"], "There is no journal /nowhere/j."],
  ])("refuses %j", async (args, problem) => {
    using folder = workFolder();
    const { code, told } = await inProcess("retry", "--journal", folder.path("j"), ...args);
    expect([code, told]).toEqual([2, expect.stringContaining(problem)]);
  });
});
