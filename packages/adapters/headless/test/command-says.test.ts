import { describe, expect, test } from "vitest";
import { openJournal } from "../src/batch/journal/journal.js";
import { veristep, workFolder } from "./support/command.js";
import { inProcess, served } from "./support/in-process.js";

const PATIENCE_MS = 120_000;

describe("what the command says to people", () => {
  test("shows failures as sentences of the catalogue, and as codes with --json", async () => {
    await using here = await served();
    const invalid = await inProcess("register", "--email", "no@where@x", ...here.base);
    expect(invalid.told).toMatch(
      /^That isn't a valid address or number\. Check it, and try again\. \(\S+\)$/,
    );
    const unknown = await inProcess("status", "--user-id", "999999", ...here.base);
    expect(unknown.told).toBe("We couldn't find your account. Contact support.");
    const nobody = await inProcess("status", "--user-id", "1", "--base-url", "http://127.0.0.1:1");
    expect(nobody.told).toBe(
      "We couldn't connect. Check your connection, turn off any ad blocker, and try again.",
    );
  });

  test("says how long the service wants no requests", async () => {
    const throttled = { kind: "throttled", retryAfter: 3_600 } as const;
    await using here = await served({ faults: [{ operation: "status", fault: throttled }] });
    const { told } = await inProcess("status", "--user-id", String(here.userId), ...here.base);
    expect(told).toMatch(/^Too many requests\. Try again (at|on) .*\d\d:\d\d\./);
  });

  test("says how the token command has ended, and quotes nothing of its output", async () => {
    await using here = await served();
    const status = ["status", "--user-id", String(here.userId), ...here.base, "--token-command"];
    const failed = await inProcess(...status, "echo secret; echo secret >&2; exit 7");
    expect(failed.code).toBe(5);
    expect(failed.told).toContain("The command of --token-command ended with exit status 7.");
    expect(failed.told).not.toContain("secret");
    const killed = await inProcess(...status, "kill -9 $$");
    expect(killed.told).toContain("The command of --token-command was ended by SIGKILL.");
    const silent = await inProcess(...status, "true");
    expect(silent.told).toContain("The command of --token-command printed nothing.");
    const talkative = await inProcess(...status, "head -c 70000 /dev/zero");
    expect(talkative.told).toContain("The command of --token-command printed more than 64 KiB.");
    const slow = await inProcess(...status, "exec sleep 60", "--timeout", "300");
    expect(slow.code).toBe(5);
    expect(slow.told).toContain(
      "The command of --token-command was stopped before it had ended; --timeout says how long it may take.",
    );
  });

  test("names the state of a user", async () => {
    await using here = await served();
    for (const [lifecycle, name] of [
      [400, "blocked (400)"],
      [200, "active (200)"],
    ] as const) {
      const id = here.sandbox.addUser({ email: `user${lifecycle}@example.com`, lifecycle });
      const { printed } = await inProcess("status", "--user-id", String(id), ...here.base);
      expect(printed).toContain(`status: ${name}`);
    }
  });

  test("says what is wrong with the file of --state", async () => {
    await using here = await served();
    using folder = workFolder();
    const verify = (state: string) => inProcess(...here.verify, "--codes", "outbox", "--state", state);
    const other = folder.write("users.csv", "userId,email\n".repeat(1_000));
    expect(await verify(other)).toMatchObject({
      code: 2,
      told: `veristep: The state file ${other} can't be used: it is not a state file.`,
    });
    const state = folder.path("state");
    const holder = openJournal(state);
    expect((await verify(state)).told).toBe(
      `veristep: The state file ${state} can't be used: another process is using it; wait for it to end, or use another state file.`,
    );
    holder.close();
    expect(here.sandbox.record.requests.status).toBe(0);
  });

  test("says what is wrong with the path of a journal or a configuration, and what to do", async () => {
    await using here = await served();
    using folder = workFolder();
    const input = folder.write("users.csv", `userId,email\n${here.userId},a@example.com\n`);
    const batch = (journal: string) =>
      inProcess("batch", input, "--journal", journal, "--codes", "outbox", ...here.base);
    const nowhere = folder.path("not-there");
    expect(await batch(`${nowhere}/users.journal`)).toMatchObject({
      code: 2,
      told: `veristep: The journal ${nowhere}/users.journal can't be used: there is no folder ${nowhere}; make it first.`,
    });
    const itself = folder.path("");
    expect(await batch(itself)).toMatchObject({
      code: 2,
      told: `veristep: The journal ${itself} can't be used: it is a folder; name a file in it.`,
    });
    const status = (config: string) => inProcess("status", "--user-id", "1", "--config", config);
    expect(await status("nope.json")).toMatchObject({
      code: 2,
      told: "veristep: There is no configuration nope.json.",
    });
    expect((await status(itself)).told).toContain("can't be read (it is a folder)");
    expect(here.sandbox.record.requests.status).toBe(0);
  });
});

describe("without a terminal", () => {
  const expected =
    "veristep: --codes prompt asks at a terminal, but this isn't one. Use --codes stdin|outbox|imap|webhook.\n";

  test(
    "verify and batch fail before any call",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", `userId,email\n${here.userId},a@example.com\n`);
      const journal = folder.path("users.journal");
      for (const args of [here.verify, ["batch", input, "--journal", journal, ...here.base]]) {
        const { code, stdout, stderr } = await veristep(args).ended;
        expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expected });
      }
      expect(here.sandbox.record.requests.status).toBe(0);
      expect(here.sandbox.record.sent).toBe(0);
    },
    PATIENCE_MS,
  );
});
