import { readFileSync } from "node:fs";
import type { VerificationRecord } from "@veristep/core";
import type { SandboxEvent } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { expect, test } from "vitest";
import { openJournal } from "../src/batch/journal/journal.js";
import { usersCsv, veristep, workFolder } from "./support/command.js";

/*
 * A batch that is killed again and again. `npm run crash-test` does it with 500 rows and 200 kills; the figures of
 * a run are printed.
 */
const rows = Number(process.env["VERISTEP_CRASH_ROWS"] ?? 30);
const kills = Number(process.env["VERISTEP_CRASH_KILLS"] ?? 5);
/** How long a run lives at most after its first request, in ms. The batch must not be over before the kills. */
const longest = Number(process.env["VERISTEP_CRASH_LIFE_MS"] ?? 500);
/** How long a row waits for a code that was never sent, in s: far longer than one that was sent takes. */
const patienceSeconds = process.env["VERISTEP_CRASH_PATIENCE_S"] ?? "6";
/** How many rows are worked on at once: one whose send was cut holds its place until its patience is over. */
const concurrency = process.env["VERISTEP_CRASH_CONCURRENCY"] ?? "8";
const faulty = 0.03;
/** A code that is older is dead at the service (B52), so that another one is due. */
const CODE_LIFETIME_MS = 600_000;

const sends = new Set(["sendEmailCode", "sendPhoneCode", "resendPhoneCode"]);
const unanswered = new Set(["status5xx", "dropBefore", "dropAfter"]);
const channelOf = (operation: string) => (operation.includes("Email") ? "email" : "phone");

/** The same numbers for the same seed, so that a run can be repeated. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`a batch of ${rows} rows over a faulty service, killed up to ${kills} times (B40, B41)`, async () => {
  using folder = workFolder();
  const server = await serveSandbox({
    seed: 5,
    faults: [
      { operation: "*", fault: { kind: "status5xx", status: 503 }, probability: faulty },
      { operation: "*", fault: { kind: "dropAfter" }, probability: faulty },
      { operation: "status", fault: { kind: "dropBefore" }, probability: faulty },
    ],
  });
  const { sandbox, url } = server;
  const roll = dice(11);
  const input = folder.write("users.csv", usersCsv(sandbox, rows));
  const journalPath = folder.path("users.journal");
  const report = folder.path("report.csv");
  const args = ["batch", input, "--journal", journalPath, "--report", report, "--codes", "outbox"];
  const settings = [
    "--base-url",
    url,
    "--resend-after",
    patienceSeconds,
    "--cooldown",
    "1",
    "--concurrency",
    concurrency,
  ];
  const patience = ["--timeout", "60000", "--max-auto-retries", "5", "--max-auto-resends", "5"];

  let killed = 0;
  const requested = new Map<string, number>();
  const allowed = new Map<string, number>();
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
  /** When the newest code was sent, by the sandbox's clock. */
  const sentAt = new Map<string, number>();
  const finished = new Set<number>();
  let looks = 0;
  /** The history of each contact, for the message of a run that fails. */
  const story = new Map<string, string[]>();
  const note = (key: string, text: string) => {
    const lines = story.get(key) ?? [];
    if (!lines.at(-1)?.endsWith(text)) lines.push(`run ${killed + 1}: ${text}`);
    story.set(key, lines);
  };
  let seen = 0;
  /** Takes in what the sandbox has recorded since the last time. */
  const takeIn = (events: readonly SandboxEvent[]) => {
    for (const event of events) {
      seen = Math.max(seen, event.sequence);
      if (event.userId === null) continue;
      if (event.type === "send" && event.sent) sentAt.set(`${event.channel}/${event.userId}`, event.at);
      if (event.type !== "request") {
        note(`${event.channel}/${event.userId}`, `${event.at} ${event.operation} was ${event.outcome}`);
        continue;
      }
      note(
        `${channelOf(event.operation)}/${event.userId}`,
        `${event.at} ${event.operation} met ${event.fault ?? "no fault"}`,
      );
      // B40: a finished row is never called again, but for one look whether the service still knows its user.
      const isLook = finished.has(event.userId) && event.operation === "status";
      if (isLook) looks += 1;
      expect(finished.has(event.userId) && !isLook, `user ${event.userId} was called again`).toBe(false);
      if (!sends.has(event.operation)) continue;
      const key = `${channelOf(event.operation)}/${event.userId}`;
      add(requested, key);
      if (event.at - (sentAt.get(key) ?? event.at) >= CODE_LIFETIME_MS) add(allowed, key);
      if (event.fault !== null && unanswered.has(event.fault)) add(allowed, key);
    }
  };

  const cuts = new Set<string>();
  while (killed < kills) {
    const before = sandbox.record.requests.status;
    const { child, ended } = veristep([...args, ...settings, ...patience]);
    const over = { now: false };
    void ended.then(() => (over.now = true));
    // Its life begins with its first request: starting takes its time.
    while (!over.now && sandbox.record.requests.status === before) await turn(5);
    await turn(roll() * longest);
    child.kill("SIGKILL");
    const { signal, code, stderr } = await ended;
    if (signal !== "SIGKILL") {
      // It was over before its time was.
      if (code !== 0) throw new Error(`It has ended with ${code}: ${stderr}`);
      break;
    }
    killed += 1;
    await turn(20);
    takeIn(sandbox.record.since(seen));

    const journal = openJournal(journalPath);
    for (const row of journal.rows()) {
      const userId = Number(row.userId);
      if (row.userId === null) continue;
      if (row.bucket === "verified") finished.add(userId);
      const stored = (await journal.store.load(row.userId))._unsafeUnwrap() as VerificationRecord | null;
      for (const channel of ["email", "phone"] as const) {
        const key = `${channel}/${row.userId}`;
        const facts = stored?.[channel] ?? null;
        if (facts !== null) note(key, `the journal has ${JSON.stringify(facts)}`);
        // B41: the journal knows of every send that the service has seen, of unfinished rows.
        if (row.bucket === null && requested.has(key) && !(channel === "email" && isVerified(userId))) {
          const known = facts !== null && (facts.generation > 0 || facts.sendingSince !== null);
          if (!known && !isVerifiedBoth(userId)) {
            throw new Error(`The journal doesn't know of a send to ${key}`);
          }
        }
        // A flow that is killed again before it gets on still has the same cut send in its record.
        const cut = `${key}@${facts?.sendingSince}`;
        if (facts !== null && facts.sendingSince !== null && !cuts.has(cut)) {
          cuts.add(cut);
          add(allowed, key);
        }
      }
    }
    journal.close();
  }

  const last = await veristep([...args, ...settings, ...patience]).ended;
  takeIn(sandbox.record.since(seen));
  expect(last.stderr).not.toContain("Error");
  expect(last.code).toBe(0);

  const lines = readFileSync(report, "utf8").trimEnd().split("\n").slice(1);
  expect(lines).toHaveLength(rows);
  expect(new Set(lines.map((line) => line.split(",")[1])).size).toBe(rows);
  expect(lines.every((line) => /,verified,verified,(code|status),(code|status)$/.test(line))).toBe(true);
  expect(looks).toBeLessThanOrEqual(killed + 1);
  expect(sandbox.users().every((user) => user.isEmailVerified && user.isPhoneVerified)).toBe(true);
  const tooMany = [...requested].filter(([key, count]) => count > 1 + (allowed.get(key) ?? 0));
  expect(tooMany.map(([key]) => ({ key, story: story.get(key) }))).toEqual([]);
  await server.close();

  const total = [...requested.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${rows} rows, ${killed} kills: all verified; ${total} sends asked for, ${rows * 2} needed, ` +
      `${total - rows * 2} after a 5xx, a lost answer or a kill; ${cuts.size} sends were cut by a kill\n`,
  );

  function isVerified(userId: number): boolean {
    return sandbox.users().find((user) => user.id === userId)?.isEmailVerified === true;
  }
  function isVerifiedBoth(userId: number): boolean {
    return sandbox.users().find((user) => user.id === userId)?.isPhoneVerified === true;
  }
}, 1_800_000);

/** Waits for other processes: there is no clock of ours to move on. */
function turn(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
