import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VerificationRecord } from "@veristep/core";
import { recordStoreContract } from "@veristep/core/testing";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openJournal, type Journal } from "../src/batch/journal/journal.js";
import { JournalError, SCHEMA_VERSION } from "../src/batch/journal/schema.js";

let folder = "";
const open: Journal[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veristep-journal-"));
});
afterEach(() => {
  for (const journal of open.splice(0)) journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = () => join(folder, "batch.journal");
const journal = () => {
  const opened = openJournal(at());
  open.push(opened);
  return opened;
};
const close = (opened: Journal) => {
  opened.close();
  open.splice(open.indexOf(opened), 1);
};
const row = (number: number, text = `row ${number}`) => ({
  number,
  content: text,
  userId: number,
  reference: null,
  contacts: [`person${number}@example.com`],
});
const record = (userId: number): VerificationRecord => ({
  version: 2,
  userId,
  expiresAt: 9e12,
  email: {
    generation: 0,
    sends: [],
    newestSend: null,
    sentAt: null,
    sentTo: null,
    sendingSince: 5,
    cooldown: null,
    attempts: 0,
    lock: null,
  },
  phone: null,
  phoneToVerify: null,
  otherPhoneTried: false,
});
const problem = (work: () => unknown): JournalError => {
  try {
    work();
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("the journal", () => {
  test("knows after a restart which rows have ended and how, and which are open (B40)", async () => {
    const first = journal();
    expect(first.begin(row(1))).toEqual({ kind: "new" });
    expect(first.begin(row(2))).toEqual({ kind: "new" });
    await first.end(1, "verified", "verified", { email: "code", phone: null });
    close(first);
    const second = journal();
    expect(second.begin(row(1))).toEqual({
      kind: "ended",
      bucket: "verified",
      reason: "verified",
      evidence: { email: "code", phone: null },
    });
    expect(second.begin(row(2))).toEqual({ kind: "open", submitted: [] });
    expect(second.begin(row(3))).toEqual({ kind: "new" });
    expect(second.counts()).toEqual({ verified: 1, open: 2 });
    expect(second.row(4)).toBeNull();
  });

  test("keeps records as a store does, durable once it has answered (B41)", async () => {
    const first = journal();
    await first.store.save(record(7));
    await first.store.save({ ...record(7), expiresAt: 8e12 });
    await first.store.save(record(8));
    await first.store.remove(8);
    // Another connection reads these files as a crash would leave them.
    const left = new Database(at(), { readonly: true });
    expect(() => left.prepare("SELECT * FROM record").all()).toThrow(/locked/);
    left.close();
    close(first);
    const second = journal();
    expect((await second.store.load(7))._unsafeUnwrap()).toEqual({ ...record(7), expiresAt: 8e12 });
    expect((await second.store.load(8))._unsafeUnwrap()).toBeNull();
  });

  test("gives a user and a contact to the first row, and names that row to later ones after a restart (B42)", () => {
    const first = journal();
    first.begin(row(1));
    expect(first.begin({ ...row(2), userId: 1 })).toEqual({ kind: "duplicateId", of: 1 });
    expect(first.begin({ ...row(3), contacts: ["+359888123456", "person1@example.com"] })).toEqual({
      kind: "duplicateContact",
      of: 1,
    });
    close(first);
    const second = journal();
    expect(second.begin({ ...row(2), userId: 1 })).toEqual({ kind: "duplicateId", of: 1 });
    expect(second.begin(row(1))).toEqual({ kind: "open", submitted: [] });
  });

  test("refuses another row in the same position (B40)", () => {
    const first = journal();
    first.begin(row(1, "a"));
    expect(first.begin(row(1, "b"))).toEqual({ kind: "otherInput" });
  });

  test("holds no address and no number, neither in the clear nor as a plain hash (B26)", async () => {
    const first = journal();
    first.begin({
      number: 1,
      content: "1;secret.person@example.com",
      userId: 1,
      reference: null,
      contacts: ["secret.person@example.com"],
    });
    await first.end(1, "verified", "verified");
    close(first);
    expect(readFileSync(at()).toString("latin1")).not.toMatch(/secret|person|example\.com/);
  });

  test("is readable by its owner only, with the files beside it, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      const first = journal();
      await first.store.save(record(7));
      const files = readdirSync(folder);
      expect(files).toContain("batch.journal-wal");
      for (const file of files) {
        expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
      }
    } finally {
      process.umask(before);
    }
  });

  test("takes the rights of others from an older journal and the files beside it", async () => {
    close(journal());
    chmodSync(at(), 0o644);
    const again = journal();
    await again.store.save(record(7));
    for (const file of readdirSync(folder)) {
      expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
  });

  test("leaves a file alone that is no journal", () => {
    writeFileSync(at(), "userId,email\n1,a@example.com\n".repeat(100), { mode: 0o644 });
    chmodSync(at(), 0o644);
    expect(problem(journal).reason).toBe("notAJournal");
    expect(statSync(at()).mode & 0o777).toBe(0o644);
  });

  test("refuses a pipe and a device", () => {
    spawnSync("sh", ["-c", `mkfifo ${at()}`]);
    expect(problem(journal)).toMatchObject({
      reason: "unusable",
      message: expect.stringContaining("no regular file") as string,
    });
    expect(problem(() => openJournal("/dev/null")).reason).toBe("unusable");
  });

  test.each([
    ["cut off", '{"version":1,"userId":7,"exp'],
    ["empty", ""],
    ["no JSON", "\u0000\u0001"],
  ])("reports a record that is %s as damaged, and can replace and remove it (B33)", async (_, json) => {
    close(journal());
    const raw = new Database(at());
    raw.prepare("INSERT INTO record VALUES ('7', ?)").run(json);
    raw.close();
    const again = journal();
    expect((await again.store.load(7))._unsafeUnwrapErr()).toEqual({ kind: "damaged" });
    await again.store.save(record(7));
    expect((await again.store.load(7))._unsafeUnwrap()).toEqual(record(7));
  });

  test("resumes a row whose bucket it doesn't know", async () => {
    const first = journal();
    first.begin(row(1));
    await first.end(1, "verified", "verified");
    close(first);
    const raw = new Database(at());
    raw.exec("UPDATE input_row SET bucket = 'veri'");
    raw.close();
    expect(journal().begin(row(1))).toEqual({ kind: "open", submitted: [] });
  });

  for (const { name, run } of recordStoreContract) {
    test(`the port of its store: ${name}`, async () => {
      await expect(run({ store: journal().store, reopened: null, damage: null })).resolves.toBeUndefined();
    });
  }

  test("lets an open row be corrected once it is reopened", () => {
    const first = journal();
    first.begin(row(1));
    first.submitCode(1, "email");
    const corrected = { ...row(1), content: "corrected", contacts: ["+359888999999"] };
    expect(first.begin(corrected)).toEqual({ kind: "otherInput" });
    first.reopen(["badRow"]);
    expect(first.begin(row(1))).toEqual({ kind: "open", submitted: ["email"] });
    expect(first.begin(corrected)).toEqual({ kind: "otherInput" });
    first.reopen(["badRow"]);
    expect(first.begin(corrected)).toEqual({ kind: "open", submitted: [] });
    expect(first.begin(row(1))).toEqual({ kind: "otherInput" });
  });

  test('keeps users 7 and "7" apart', async () => {
    const first = journal();
    first.begin({ ...row(1), userId: 7 });
    expect(first.begin({ ...row(2), userId: "7" })).toEqual({ kind: "new" });
    await first.store.save({ ...record(7), userId: "7" });
    expect((await first.store.load(7))._unsafeUnwrap()).toBeNull();
    expect([...first.rows()].map(({ userId }) => userId)).toEqual([7, "7"]);
  });

  test("brings a journal of the first version up to date, with its contents", async () => {
    const raw = new Database(at());
    raw.exec(`
      CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE input_row (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, user_id INTEGER, reference TEXT,
        bucket TEXT, reason TEXT, ended_at INTEGER) STRICT;
      CREATE INDEX input_row_bucket ON input_row (bucket);
      CREATE TABLE claim (key TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE record (user_id INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
      INSERT INTO input_row VALUES (2, 'f', 7, 'ref', 'verified', 'verified', 5), (3, 'g', NULL, NULL, NULL, NULL, NULL);
      PRAGMA application_id = 1987277936; PRAGMA user_version = 1;
    `);
    raw.prepare("INSERT INTO record VALUES (8, ?)").run(JSON.stringify(record(8)));
    raw.close();
    const now = journal();
    expect([...now.rows()]).toEqual([
      { number: 2, userId: 7, reference: "ref", bucket: "verified", reason: "verified", evidence: null },
      { number: 3, userId: null, reference: null, bucket: null, reason: null, evidence: null },
    ]);
    expect((await now.store.load(8))._unsafeUnwrap()).toEqual(record(8));
  });

  test("refuses a second process until the first has ended (B40)", () => {
    const script = (how: string) =>
      `import { openJournal } from ${JSON.stringify(fileURLToPath(new URL("../dist/batch/journal/journal.js", import.meta.url)))};
       try { openJournal(process.argv[1]); ${how} } catch (error) { console.log(error.reason, error.message); }`;
    const run = (how: string) =>
      spawnSync(process.execPath, ["--input-type=module", "-e", script(how), at()], { encoding: "utf8" });
    const first = journal();
    expect(run("").stdout).toContain("inUse The journal");
    expect(run("").stdout).toContain("another process is using it");
    close(first);
    expect(run("process.kill(process.pid, 'SIGKILL')").signal).toBe("SIGKILL");
    expect(() => journal()).not.toThrow();
  });

  test("says what is wrong with a foreign, newer or damaged file", async () => {
    writeFileSync(at(), "userId,email\n1,a@example.com\n".repeat(100));
    expect(problem(journal).reason).toBe("notAJournal");
    rmSync(at());

    const other = new Database(at());
    other.exec("CREATE TABLE a (b)");
    other.close();
    expect(problem(journal).reason).toBe("notAJournal");
    rmSync(at());

    close(journal());
    const newer = new Database(at());
    newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    expect(problem(journal).reason).toBe("newer");
    rmSync(at());

    const full = journal();
    for (let number = 1; number <= 500; number += 1) full.begin(row(number));
    await full.store.save(record(1));
    close(full);
    truncateSync(at(), 12_288);
    expect(["damaged", "notAJournal"]).toContain(problem(journal).reason);
  });
});
