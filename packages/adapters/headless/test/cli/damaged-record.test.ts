import Database from "libsql";
import { describe, expect, test } from "vitest";
import { openJournal } from "../../src/batch/journal/journal.js";
import { usersCsv, veristep, workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

const PATIENCE_MS = 120_000;

/** The damages of records, by what each leaves. */
const damages: ReadonlyArray<readonly [what: string, damage: (json: string, userId: number) => string]> = [
  ["cut off", (json) => json.slice(0, 20)],
  ["another user's", (json, userId) => json.replace(`"userId":${userId}`, '"userId":1')],
  ["of another version", (json) => json.replace(/"version":\d+/, '"version":99')],
  ["no record at all", () => "[]"],
  ["empty", () => ""],
];

describe("damaged records (B33)", () => {
  test(
    "start their rows of a batch clean, and the others continue",
    async () => {
      await using here = await served();
      using folder = workFolder();
      // The last row keeps its record.
      const input = folder.write("users.csv", usersCsv(here.sandbox, damages.length + 1));
      const journal = folder.path("j");
      const batch = ["batch", input, "--journal", journal, ...here.base, "--cooldown", "0", "--codes"];
      // No code arrives: all rows have records, and none has ended for good.
      expect((await veristep([...batch, "stdin"]).ended).code).toBe(3);
      const raw = new Database(journal);
      for (const [index, [what, damage]] of damages.entries()) {
        const userId = here.userId + 1 + index;
        const key = String(userId);
        const { json } = raw.prepare("SELECT json FROM record WHERE user_id = ?").get(key) as {
          json: string;
        };
        const damaged = damage(json, userId);
        expect({ what, damaged }).not.toEqual({ what, damaged: json });
        raw.prepare("UPDATE record SET json = ? WHERE user_id = ?").run(damaged, key);
      }
      raw.close();
      const { sent } = here.sandbox.record;
      const again = await inProcess(...batch, "outbox");
      expect([again.code, again.printed]).toEqual([0, expect.stringContaining("verified          6")]);
      const opened = openJournal(journal);
      expect(opened.counts()).toEqual({ verified: 6 });
      opened.close();
      // Each row needs one text message; the rows that start clean send another e-mail as well.
      expect(here.sandbox.record.sent - sent).toBe(6 + damages.length);
    },
    PATIENCE_MS,
  );

  test(
    "of veristep verify --state start the flow clean",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const state = folder.path("state");
      const verify = [...here.verify, "--phone", "+359888123456", "--state", state, "--codes"];
      expect((await veristep([...verify, "stdin"]).ended).code).toBe(3);
      const raw = new Database(state);
      raw.exec("UPDATE record SET json = '{'");
      raw.close();
      const ended = await inProcess(...verify, "outbox");
      expect([ended.code, ended.told]).toEqual([0, expect.not.stringContaining("could not be kept")]);
    },
    PATIENCE_MS,
  );
});
