import { execFileSync } from "node:child_process";
import {
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createServer } from "node:net";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createOutput } from "../../src/cli/output.js";
import { run } from "../../src/cli/program.js";
import { usersCsv, veristep, workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

const PATIENCE_MS = 120_000;

/** A batch of two users, whose report goes there. */
async function world() {
  const here = await served();
  const folder = workFolder();
  const input = folder.write("users.csv", usersCsv(here.sandbox, 2));
  const journal = folder.path("users.journal");
  const args = (report: string) => [
    "batch",
    input,
    "--journal",
    journal,
    "--report",
    report,
    "--codes",
    "outbox",
    ...here.base,
  ];
  return {
    here,
    folder,
    input,
    journal,
    run: (report: string) => inProcess(...args(report)),
    process: (report: string, limit?: string) =>
      veristep(args(report), limit === undefined ? {} : { limit }).ended,
    sent: () => here.sandbox.record.sent,
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await here[Symbol.asyncDispose]();
    },
  };
}

describe("a report replaces nothing but an earlier report (B49)", () => {
  const refused: ReadonlyArray<
    readonly [what: string, place: (w: Awaited<ReturnType<typeof world>>) => string, told: string]
  > = [
    ["the input", ({ input }) => input, "is the input"],
    [
      "the input, by another path",
      ({ folder, input }) => {
        mkdirSync(folder.path("sub"));
        return `${folder.path("sub")}/../${input.slice(input.lastIndexOf("/") + 1)}`;
      },
      "is the input",
    ],
    [
      "the input, by a hard link",
      ({ folder, input }) => {
        linkSync(input, folder.path("link.csv"));
        return folder.path("link.csv");
      },
      "is the input",
    ],
    ["the journal that will be made", ({ journal }) => journal, "is the journal"],
    ["a file of the journal", ({ journal }) => `${journal}-wal`, "is the journal"],
    [
      "a symbolic link to a report",
      ({ folder }) => {
        folder.write("real.csv", "line,userId,reference,bucket,reason\n");
        symlinkSync(folder.path("real.csv"), folder.path("link.csv"));
        return folder.path("link.csv");
      },
      "is a symbolic link",
    ],
    [
      "a symbolic link to nowhere",
      ({ folder }) => {
        symlinkSync(folder.path("nowhere"), folder.path("link.csv"));
        return folder.path("link.csv");
      },
      "is a symbolic link",
    ],
    [
      "a pipe",
      ({ folder }) => {
        execFileSync("sh", ["-c", `mkfifo ${folder.path("pipe")}`]);
        return folder.path("pipe");
      },
      "is a pipe",
    ],
    ["a device", () => "/dev/null", "is a device"],
    ["the standard output by its path", () => "/dev/stdout", "; name a file, or - for the standard output"],
    ["a file descriptor", () => "/proc/self/fd/1", "; name a file, or - for the standard output"],
    ["a folder", ({ folder }) => folder.path(""), "is a folder"],
    [
      "another file",
      ({ folder }) => folder.write("thesis.csv", "all my work\n"),
      "isn't a report of veristep; it would be lost",
    ],
    [
      "a file that can't be in that folder",
      ({ folder }) => folder.path("none/report.csv"),
      "there is no folder",
    ],
  ];

  test.each(refused)("refuses %s before the first call", async (_, place, told) => {
    await using w = await world();
    const report = place(w);
    const content = () => (existsSync(report) && statSync(report).isFile() ? readFileSync(report) : null);
    const before = report.startsWith("/proc/") ? null : content();
    const ended = await w.run(report);
    expect({ code: ended.code, told: ended.told, sent: w.sent() }).toEqual({
      code: 2,
      told: expect.stringContaining(told) as string,
      sent: 0,
    });
    expect(report.startsWith("/proc/") ? null : content()).toEqual(before);
    expect(readdirSync(w.folder.path("")).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("refuses a socket", async () => {
    await using w = await world();
    const server = createServer().listen(w.folder.path("socket"));
    expect((await w.run(w.folder.path("socket"))).told).toContain("is a socket");
    server.close();
  });

  test("writes a new file for its owner only, and replaces an earlier report as a whole", async () => {
    await using w = await world();
    const report = w.folder.path("report.csv");
    for (const content of [undefined, "", "line,userId,reference,bucket,reason\nold\n", '{"line":2}\n']) {
      if (content !== undefined) w.folder.write("report.csv", content);
      expect((await w.run(report)).code).toBe(0);
      expect(readFileSync(report, "utf8").split("\n")).toHaveLength(4);
      expect(statSync(report).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(w.folder.path("")).toSorted()).toEqual(["report.csv", "users.csv", "users.journal"]);
  });

  test("leaves a second name of the file alone", async () => {
    await using w = await world();
    const report = w.folder.write("report.csv", "line,userId,reference,bucket,reason\nold\n");
    linkSync(report, w.folder.path("kept.csv"));
    expect((await w.run(report)).code).toBe(0);
    expect(readFileSync(w.folder.path("kept.csv"), "utf8")).toContain("old");
  });

  test("is not written through a link with the name of a part", async () => {
    await using w = await world();
    const victim = w.folder.write("victim", "mine");
    symlinkSync(victim, w.folder.path("report.csv.part"));
    expect((await w.run(w.folder.path("report.csv"))).code).toBe(0);
    expect(readFileSync(victim, "utf8")).toBe("mine");
  });

  test("writes the report to the standard output with -, and the summary to the error output", async () => {
    await using w = await world();
    const { code, printed, told } = await w.run("-");
    expect(code).toBe(0);
    expect(printed).toMatch(
      /^line,userId,reference,bucket,reason,emailBy,phoneBy\n2,2,,verified,[^\n]*\n3,3,[^\n]*$/,
    );
    expect(told).toContain("verified          2");
  });
});

/** Runs the command line in this process, with a standard output that can't be written. */
async function onFullDisk(args: readonly string[]) {
  let told = "";
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      told += chunk.toString();
      done();
    },
  });
  const output = createOutput({
    // A command uses no member of a terminal that these lack.
    stdout: createWriteStream("/dev/full") as unknown as NodeJS.WriteStream,
    stderr: stderr as NodeJS.WriteStream,
  });
  return { code: await run(args, output), told };
}

describe("a disk that is full", () => {
  test(
    "ends with status 6 and keeps the earlier report when the report can't be written",
    async () => {
      await using w = await world();
      // The journal of a run without a report is large enough by now, so that only the report is stopped.
      const rows = Array.from({ length: 3_000 }, (_, index) => `${index + 10_000},,x`).join("\n");
      w.folder.write("bad.csv", `userId,email,reference\n${rows}\n`);
      const journal = w.folder.path("bad.journal");
      const args = [
        "batch",
        w.folder.path("bad.csv"),
        "--journal",
        journal,
        "--codes",
        "outbox",
        ...w.here.base,
      ];
      expect((await inProcess(...args)).code).toBe(1);
      const old = "line,userId,reference,bucket,reason\nold\n";
      const report = w.folder.write("report.csv", old);
      const full = await veristep(["report", "--journal", journal, "--report", report], {
        limit: "trap '' XFSZ; ulimit -f 60",
      }).ended;
      expect({ code: full.code, stderr: full.stderr }).toEqual({
        code: 6,
        stderr: expect.stringMatching(
          /The report .*report\.csv could not be written: the disk is full\./,
        ) as string,
      });
      expect(full.stderr).not.toContain(" at ");
      expect(readFileSync(report, "utf8")).toBe(old);
      expect(readdirSync(w.folder.path("")).filter((name) => name.includes(".part"))).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "ends with status 6 and the summary on the error output when the standard output can't be written",
    async () => {
      await using w = await world();
      const args = ["batch", w.input, "--journal", w.journal, "--codes", "outbox", ...w.here.base];
      for (const more of [["--json"], ["--report", "-"], []]) {
        const { code, told } = await onFullDisk([...args, ...more]);
        expect({ more, code }).toEqual({ more, code: 6 });
        expect(told).toContain("The standard output could not be written (ENOSPC)");
        expect(told).toContain("verified          2");
        expect(told).not.toContain(" at ");
      }
      const status = ["status", "--user-id", String(w.here.userId), ...w.here.base];
      expect((await veristep(status, { limit: "exec > /dev/full" }).ended).code).toBe(6);
    },
    PATIENCE_MS,
  );
});
