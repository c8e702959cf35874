import Database from "libsql";
import { describe, expect, test } from "vitest";
import { openJournal } from "../../src/batch/journal/journal.js";
import { usersCsv, veristep, workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

const PATIENCE_MS = 120_000;

describe("B33: one damaged record in a journal", () => {
  test.each([
    ["cut off", (json: string) => json.slice(0, 20)],
    ["another user's", (json: string) => json.replace('"userId":3', '"userId":2')],
    ["of another version", (json: string) => json.replace('"version":1', '"version":99')],
    ["no record at all", () => "[]"],
    ["empty", () => ""],
  ])(
    "that is %s: its row starts clean, and the batch ends well",
    async (_, damage) => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 3));
      const journal = folder.path("j");
      const batch = ["batch", input, "--journal", journal, ...here.base, "--cooldown", "0", "--codes"];
      // No code arrives: all rows have records, and none has ended for good.
      expect((await veristep([...batch, "stdin"]).ended).code).toBe(3);
      const raw = new Database(journal);
      const { json } = raw.prepare("SELECT json FROM record WHERE user_id = '3'").get() as { json: string };
      raw.prepare("UPDATE record SET json = ? WHERE user_id = '3'").run(damage(json));
      raw.close();
      const again = await inProcess(...batch, "outbox");
      expect([again.code, again.printed]).toEqual([0, expect.stringContaining("verified          3")]);
      const opened = openJournal(journal);
      expect(opened.counts()).toEqual({ verified: 3 });
      opened.close();
    },
    PATIENCE_MS,
  );

  test(
    "of veristep verify --state: the flow starts clean",
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
