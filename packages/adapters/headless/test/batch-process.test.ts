import { readFileSync } from "node:fs";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { openJournal } from "../src/batch/journal/journal.js";
import { jsonLines, usersCsv, veristep, workFolder } from "./support/command.js";
import { inProcessWith } from "./support/in-process.js";

const PATIENCE_MS = 180_000;

const batch = (input: string, journal: string, url: string, ...more: string[]) => [
  "batch",
  input,
  "--journal",
  journal,
  "--base-url",
  url,
  "--codes",
  "outbox",
  "--cooldown",
  "1",
  "--timeout",
  "60000",
  ...more,
];

/** Runs the command line in this process, where nothing depends on another one. */
const run = (args: readonly string[]) => inProcessWith({ VERISTEP_TOKEN: "any" }, ...args);

/** Every confirm of the phone takes long enough for a test to act while it is under way. */
const slow = (ms: number) => ({
  faults: [
    {
      operation: "confirmPhone" as const,
      fault: { kind: "delay" as const, ms, when: "before" as const },
      times: "always" as const,
      probability: 1,
    },
  ],
});

describe("the batch command, as a process", () => {
  test(
    "puts bad rows and duplicates into buckets, and verifies the rest (B42)",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const good = usersCsv(server.sandbox, 3);
      const [header = "", first = ""] = good.split("\n");
      const input = folder.write(
        "users.csv",
        `\uFEFF${good.replace(header, `${header},reference`).replaceAll(/\n(?=\d)/g, "\n")}`
          .replace(first, `${first},=HYPERLINK("http://x.invalid")`)
          .replaceAll("\n", "\r\n")
          .concat(
            [
              first,
              '900,"two\nlines@example.com",+359881000009',
              "901,a@example.com,3.59881E+11",
              "902,b@example.com,359881000008",
              "3.5E+9,c@example.com,",
              `903,person1@example.com,+359881000007`,
              "904,nobody.knows@example.com,+359881000006,@SUM(1)",
            ].join("\r\n"),
          ),
      );
      const journal = folder.path("users.journal");
      const report = folder.path("report.csv");
      const ended = await veristep(batch(input, journal, server.url, "--report", report, "--json")).ended;
      // A status that is read before the confirm is answered is evidence as well.
      expect(readFileSync(report, "utf8").replaceAll("status", "code")).toBe(
        [
          "line,userId,reference,bucket,reason,emailBy,phoneBy",
          `2,1,"'=HYPERLINK(""http://x.invalid"")",verified,verified,code,code`,
          "3,2,,verified,verified,code,code",
          "4,3,,verified,verified,code,code",
          "5,1,,duplicateId,sameUserAsLine:2,,",
          "7,900,,badRow,email:invalid,,",
          "8,901,,badRow,phone:spreadsheet,,",
          "9,902,,badRow,phone:plusLost,,",
          "10,,,badRow,userId:spreadsheet,,",
          "11,903,,duplicateContact,sameContactAsLine:3,,",
          "12,904,'@SUM(1),refused,userNotFound,,",
          "",
        ].join("\n"),
      );
      expect(ended.code).toBe(4);
      const events = jsonLines(ended.stdout);
      expect(events).toHaveLength(12);
      expect(events.at(-1)).toMatchObject({
        event: "end",
        exitCode: 4,
        counts: { verified: 3, badRow: 4, duplicateId: 1, duplicateContact: 1, refused: 1 },
      });
      const called = server.sandbox.record.requests.status;
      // B40: a second run makes one call only: whether the service still knows a user.
      const again = await run(batch(input, journal, server.url));
      expect(again.code).toBe(4);
      expect(again.printed).toContain("verified          3");
      expect(server.sandbox.record.requests.status).toBe(called + 1);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "continues without second codes when run again after one SIGINT (B44)",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox(slow(400));
      const input = folder.write("users.csv", usersCsv(server.sandbox, 30));
      const journal = folder.path("users.journal");
      const report = folder.path("report.csv");
      const running = veristep(batch(input, journal, server.url, "--concurrency", "2", "--report", report));
      while (server.sandbox.record.requests.confirmPhone < 3) await soon();
      const before = performance.now();
      running.child.kill("SIGINT");
      const ended = await running.ended;
      expect(ended.code).toBe(130);
      expect(ended.stderr).toContain("Interrupted: finishing what is under way.");
      expect(performance.now() - before).toBeLessThan(11_000);
      const done = openJournal(journal);
      const { verified = 0, open = 0 } = done.counts();
      done.close();
      expect(verified).toBeGreaterThan(0);
      expect(verified + open).toBeLessThan(30);
      // One line for each row of the input, those included that were not begun.
      const ends = readFileSync(report, "utf8").trimEnd().split("\n").slice(1);
      expect(ends.map((line) => line.split(",")[0])).toEqual(
        Array.from({ length: 30 }, (_, index) => String(index + 2)),
      );
      const how = (reason: string) => ends.filter((line) => line.endsWith(`,${reason}`)).length;
      expect([
        ends.filter((line) => line.includes(",verified,verified,")).length,
        how("open,begun,,"),
        how("open,notBegun,,"),
      ]).toEqual([verified, open, 30 - verified - open]);
      expect(ended.stdout).toContain(`notBegun          ${30 - verified - open}`);
      expect(ended.stderr).toContain("Run it again with the same journal to continue.");

      server.sandbox.clearFaults();
      expect((await run(batch(input, journal, server.url))).code).toBe(0);
      expect(server.sandbox.record.sent).toBe(60);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "stops work under way after the drain time, and at once on a second SIGINT (B44)",
    async () => {
      using folder = workFolder();
      const servers = [await serveSandbox(slow(50_000)), await serveSandbox(slow(50_000))] as const;
      const inputs = servers.map(({ sandbox }, index) =>
        folder.write(`users${index}.csv`, usersCsv(sandbox, 4)),
      );
      const args = (index: 0 | 1) =>
        batch(inputs[index] ?? "", folder.path(`${index}.journal`), servers[index].url, "--drain", "2");
      const stuck = async (index: 0 | 1) => {
        const running = veristep(args(index));
        while (servers[index].sandbox.record.requests.confirmPhone === 0) await soon();
        running.child.kill("SIGINT");
        await running.says("Interrupted");
        return running;
      };
      const bounded = await stuck(0);
      const asked = performance.now();
      expect(await bounded.ended).toMatchObject({ code: 130, signal: null });
      expect(performance.now() - asked).toBeLessThan(20_000);

      const twice = await stuck(1);
      twice.child.kill("SIGINT");
      expect(await twice.ended).toMatchObject({ code: 130, signal: null });
      expect((await twice.ended).stdout).toBe("");
      for (const index of [0, 1] as const) {
        servers[index].sandbox.clearFaults();
        expect((await run(args(index))).code).toBe(0);
        await servers[index].close();
      }
    },
    PATIENCE_MS,
  );

  test(
    "stops before the next send when the disk is full, and continues when there is room (B41)",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const input = folder.write("users.csv", usersCsv(server.sandbox, 60));
      const journal = folder.path("users.journal");
      // No file may grow beyond this many KiB; SQLite sees that as a disk that is full.
      const full = await veristep(batch(input, journal, server.url), { limit: "trap '' XFSZ; ulimit -f 160" })
        .ended;
      expect(full).toMatchObject({ code: 5, signal: null });
      expect(full.stderr).toContain("its records could not be kept");
      const { sent } = server.sandbox.record;
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThan(120);
      // A row whose send was not made waits this long for its code.
      await run(batch(input, journal, server.url, "--resend-after", "8"));
      // Where the disk had no room for what a send was answered, nothing shows which address the service has verified.
      const done = openJournal(journal);
      const { verified = 0, verifiedEarlier = 0, ...others } = done.counts();
      done.close();
      expect({ rows: verified + verifiedEarlier, others }).toEqual({ rows: 60, others: {} });
      expect(verified).toBeGreaterThan(30);
      expect(server.sandbox.record.sent).toBe(120);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "refuses a journal in use, of another input, or torn (B40)",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const input = folder.write("users.csv", usersCsv(server.sandbox, 2));
      const other = folder.write("other.csv", usersCsv(server.sandbox, 2));
      const path = folder.path("users.journal");
      expect((await run(batch(input, path, server.url))).code).toBe(0);

      const journal = openJournal(path);
      const second = await veristep(batch(input, path, server.url)).ended;
      journal.close();
      expect(second.code).toBe(2);
      expect(second.stderr).toContain("another process is using it");

      const foreign = await run(batch(other, path, server.url));
      expect(foreign.code).toBe(2);
      expect(foreign.told).toContain("Line 2 is not as it was when the journal began it");

      folder.write("users.journal", readFileSync(path).subarray(0, 9_000).toString("latin1"));
      const torn = await run(batch(input, path, server.url));
      expect(torn.code).toBe(2);
      expect(torn.told).toMatch(/The journal .* can't be used: it is (damaged|not a journal)/);
      await server.close();
    },
    PATIENCE_MS,
  );
});

/** Waits for another process. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
