import { describe, expect, test } from "vitest";
import { jsonLines, usersCsv, veristep, workFolder } from "./support/command.js";
import { EMAIL, inProcess, inProcessWith, PHONE, served } from "./support/in-process.js";

const PATIENCE_MS = 120_000;
describe("the command line", () => {
  test("has help with examples and exit statuses for every command", async () => {
    for (const command of ["verify", "batch", "status", "sandbox", "register"]) {
      const { code, printed } = await inProcess(command, "--help");
      expect(code).toBe(0);
      expect(printed).toContain("Examples:");
      expect(printed).toMatch(/Exit status:\n {2}0 {4}verified/);
    }
    expect((await inProcess("--help")).printed).toContain("--config veristep.json");
    expect((await inProcess("--version")).printed).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("groups the commands and their options in the help", async () => {
    const headings = async (...args: string[]) =>
      (await inProcess(...args)).printed.match(/^[A-Z][\w ]+(?=:$)/gm);
    expect(await headings("--help")).toEqual([
      "Options",
      "One user",
      "Many users",
      "For tests",
      "This command",
      "Exit status",
    ]);
    expect(await headings("batch", "--help")).toEqual([
      "Arguments",
      "Run",
      "Input",
      "Flows",
      "Connection",
      "Codes",
      "Output",
      "Options",
      "Examples",
      "Exit status",
    ]);
  });

  test("makes the manual page from the help (regenerate it with vitest -u)", async () => {
    const { printed } = await inProcess("man");
    await expect(`${printed}\n`).toMatchFileSnapshot("../man/veristep.1");
    expect(printed.match(/^\.B \\-\\-token\\-url/gm)).toHaveLength(1);
  });

  test("verify counts a contact as verified when only the answer to its code was lost (B17)", async () => {
    await using here = await served({
      faults: [{ operation: "confirmPhone", fault: { kind: "dropAfter" } }],
    });
    const { code, printed, told } = await inProcess(...here.verify, "--phone", PHONE, "--codes", "outbox");
    expect([code, printed]).toEqual([0, "Your e-mail and phone number are verified."]);
    expect(told).toContain("the response was lost, so the status was read: phone already verified");
  });

  test("names invalid options with exit status 2, and sends nothing", async () => {
    await using here = await served();
    using folder = workFolder();
    const config = folder.write("veristep.json", '{"base-urll": "http://x"}');
    const wrong: ReadonlyArray<readonly [string[], string]> = [
      [[], "Usage: veristep"],
      [["verfy"], "unknown command 'verfy'"],
      [["status"], "required option '--user-id <id>' not specified"],
      [["status", "--user-id", "0"], "It must be a whole number from 1 to 2147483647"],
      [["status", "--user-id", "1", "--token", "secret"], "unknown option '--token'"],
      [["status", "--user-id", "1", "--token-env", "NOT_SET_HERE"], "NOT_SET_HERE is not set"],
      [["status", "--user-id", "1", "--base-url", "http://example.com"], "--base-url: baseUrl must be https"],
      [["status", "--user-id", "1", "--config", config], 'has "base-urll", and there is no such option'],
      [["verify", "--user-id", "1", "--codes", "pigeon"], "Allowed choices are prompt, stdin"],
      [
        ["verify", "--user-id", "1", "--email", "x", "--codes", "outbox", ...here.base],
        "--email: this can't be used (email:invalid)",
      ],
      [["verify", "--user-id", "1", "--codes", "imap", ...here.base], "--codes imap needs --imap-host"],
      [["batch", "nowhere.csv", "--journal", "j"], "There is no file nowhere.csv"],
      [["batch", "-", "--codes", "stdin", "--journal", "j"], "can't both be the standard input"],
      [["batch", folder.write("a.csv", "userId\n1\n")], "A batch needs --journal FILE"],
      [["batch", folder.write("b.csv", "name\nx\n"), "--dry-run"], "no column for the user id"],
    ];
    for (const [args, message] of wrong) {
      const { code, printed, told } = await inProcess(...args).catch((error: unknown) => ({
        code: -1,
        printed: "",
        told: String(error),
      }));
      expect({ args, code, text: `${printed}${told}` }).toEqual({
        args,
        code: 2,
        text: expect.stringContaining(message) as string,
      });
    }
    expect(here.sandbox.record.requests.status).toBe(0);
  });

  test(
    "prints only events with --json, without contacts, codes and tokens",
    async () => {
      await using here = await served();
      const env = { VERISTEP_TOKEN: "token-that-nobody-may-see" };
      const args = [...here.verify, "--phone", PHONE, "--codes", "outbox", "--json"];
      const ended = await inProcessWith(env, ...args);
      expect(ended.code).toBe(0);
      const events = jsonLines(ended.printed);
      expect(events.at(-1)).toEqual({
        event: "end",
        outcome: "verified",
        exitCode: 0,
        evidence: { email: "code", phone: "code" },
      });
      expect(new Set(events.map(({ event }) => event))).toEqual(new Set(["call", "view", "end"]));
      const codes = here.sandbox.outbox({ userId: here.userId }).map(({ code }) => code);
      expect(codes).toHaveLength(2);
      for (const secret of [EMAIL, PHONE, "nobody-may-see", ...codes]) {
        expect(`${ended.printed}${ended.told}`).not.toContain(secret);
      }
    },
    PATIENCE_MS,
  );

  test(
    "takes codes from a pipe, and continues from its state file without a new code",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const args = [
        ...here.verify,
        "--phone",
        PHONE,
        "--state",
        folder.path("state"),
        "--codes",
        "stdin",
        "--json",
      ];
      const first = await veristep(args).ended;
      // The pipe was closed without a code.
      expect(first.code).toBe(3);
      expect(here.sandbox.record.sent).toBe(1);
      const line = (channel: "email" | "phone") =>
        `${JSON.stringify({ userId: here.userId, channel, code: here.sandbox.latestCode(here.userId, channel) })}\n`;
      const second = await veristep(args, { input: line("email") }).ended;
      expect(second.code).toBe(3);
      expect((await veristep(args, { input: line("phone") }).ended).code).toBe(0);
      expect(here.sandbox.record.sent).toBe(2);
    },
    PATIENCE_MS,
  );

  test(
    "exits with 3 when the user is needed, 4 after a refusal, and 5 without a service",
    async () => {
      await using here = await served();
      const run = (...args: string[]) => inProcess(...args, "--codes", "outbox");
      expect(await run(...here.verify)).toMatchObject({ code: 3 });
      expect(await run("verify", "--user-id", "999999", "--email", EMAIL, ...here.base)).toMatchObject({
        code: 4,
      });
      expect(await inProcess("status", "--user-id", String(here.userId), ...here.base)).toMatchObject({
        code: 3,
      });
      expect(await inProcess("status", "--user-id", "999999", ...here.base)).toMatchObject({ code: 4 });
      const nobody = ["--base-url", "http://127.0.0.1:1"];
      expect(await inProcess("status", "--user-id", "1", ...nobody)).toMatchObject({ code: 5 });
    },
    PATIENCE_MS,
  );

  test(
    "ends at once with 130 on SIGINT while it waits for a code",
    async () => {
      await using here = await served();
      const running = veristep(
        [...here.verify, "--codes", "webhook", "--webhook-secret-env", "KEY", "--json"],
        {
          env: { KEY: "0123456789abcdef" },
        },
      );
      while (here.sandbox.record.sent === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      running.child.kill("SIGINT");
      const ended = await running.ended;
      expect(ended.code).toBe(130);
      expect(jsonLines(ended.stdout).at(-1)).toEqual({ event: "end", outcome: "interrupted", exitCode: 130 });
    },
    PATIENCE_MS,
  );

  test("takes options from flags, then the environment, then a file", async () => {
    await using here = await served();
    using folder = workFolder();
    const config = folder.write(
      "veristep.json",
      JSON.stringify({ "base-url": "http://127.0.0.1:1", rate: 50 }),
    );
    const status = ["status", "--user-id", String(here.userId), "--config", config, "--json"];
    expect((await inProcess(...status)).code).toBe(5);
    process.env["VERISTEP_BASE_URL"] = here.url;
    expect((await inProcess(...status)).code).toBe(3);
    delete process.env["VERISTEP_BASE_URL"];
    expect((await inProcess(...status, ...here.base)).code).toBe(3);
  });

  test(
    "runs the token command again when the token has expired",
    async () => {
      await using here = await served({ policy: { tokens: ["good"] } });
      using folder = workFolder();
      const count = folder.path("count");
      const command = `echo x >> ${count}; [ $(wc -l < ${count}) = 1 ] && echo old || echo good`;
      const { code } = await inProcess(
        ...here.verify,
        "--phone",
        PHONE,
        "--codes",
        "outbox",
        "--token-command",
        command,
      );
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "continues when its reader goes away",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 5));
      const args = [
        "batch",
        input,
        "--journal",
        folder.path("j"),
        "--codes",
        "outbox",
        "--json",
        ...here.base,
      ];
      const running = veristep(args);
      running.child.stdout?.destroy();
      running.child.stderr?.destroy();
      expect((await running.ended).code).toBe(0);
      expect(here.sandbox.users().filter((user) => user.isPhoneVerified)).toHaveLength(5);
    },
    PATIENCE_MS,
  );

  test("checks CSV and NDJSON without a call on batch --dry-run", async () => {
    await using here = await served();
    using folder = workFolder();
    const input = folder.write(
      "users.ndjson",
      [
        { userId: 1, email: "a@example.com", phone: "+359881000001" },
        { userId: 1, email: "b@example.com" },
        { userId: "2", email: "A@example.com" },
        { userId: 3, email: "c@example.com", phone: "0888" },
      ]
        .map((row) => JSON.stringify(row))
        .concat("{not json")
        .join("\n"),
    );
    const { code, printed } = await inProcess("batch", input, "--dry-run");
    expect(code).toBe(1);
    expect(printed).toContain("line 2: duplicateId (sameUserAsLine:1)");
    expect(printed).toContain("line 3: duplicateContact (sameContactAsLine:1)");
    expect(printed).toContain("line 4: badRow (phone:");
    expect(printed).toContain("line 5: badRow (line:malformed)");
    expect(printed).toContain("ready             1");
    expect(here.sandbox.record.requests.status).toBe(0);
  });

  test("registers a user and shows the status, for people and as JSON", async () => {
    await using here = await served();
    const registered = await inProcess("register", "--email", "new@example.com", ...here.base);
    expect(registered).toMatchObject({ code: 0, printed: expect.stringMatching(/^\d+$/) as string });
    const status = await inProcess("status", "--user-id", registered.printed, ...here.base);
    expect(status.printed).toBe("e-mail: not verified\nphone:  not verified\nstatus: registered (50)");
    const invalid = await inProcess("register", "--email", "no@where@x", "--json", ...here.base);
    expect(invalid.code).toBe(4);
    expect(jsonLines(invalid.printed)[0]).toMatchObject({ failure: "contactRefused", reason: "invalid" });
  });

  test(
    "serves a sandbox until it is interrupted, and names an invalid fault",
    async () => {
      const running = veristep(["sandbox", "--json", "--seed", "3", "--fault", "status:status5xx"]);
      const line = await new Promise<string>((resolve) => {
        running.child.stdout?.once("data", (text: string) => {
          resolve(text);
        });
      });
      const { url } = JSON.parse(line) as { readonly url: string };
      const answer = await fetch(`${url}/User/1/status`, { headers: { authorization: "Bearer t" } });
      expect(answer.status).toBe(500);
      running.child.kill("SIGINT");
      expect((await running.ended).code).toBe(0);
      const rules: ReadonlyArray<readonly [string, string]> = [
        ["*:delay:1", "fault.ms: is missing"],
        ["status:explodes", "fault.kind"],
        ["{", "this is no JSON"],
      ];
      for (const [rule, problem] of rules) {
        const wrong = await inProcess("sandbox", "--fault", "status:dropAfter", "--fault", rule);
        expect(wrong.code).toBe(2);
        expect(wrong.told).toContain(`veristep: --fault '${rule}': `);
        expect(wrong.told).toContain(problem);
        expect(wrong.told).toContain("It wants OPERATION:KIND[:PROBABILITY]");
        expect(wrong.told).not.toContain("createSandbox");
      }
      expect((await inProcess("sandbox", "--help")).printed).not.toContain("(default: [])");
    },
    PATIENCE_MS,
  );
});

describe("numbers on the command line", () => {
  test.each([
    "1e3",
    "0x10",
    " 7 ",
    "",
    "7.0",
    "+7",
    "-7",
    "7n",
    "1_000",
    "٧",
    "７",
    "0b1",
    "Infinity",
    "9".repeat(20),
  ])("are whole decimal numbers: refuses %j before anything is sent", async (text) => {
    await using here = await served();
    const { code, told } = await inProcess("status", `--user-id=${text}`, ...here.base);
    expect([code, told]).toEqual([
      2,
      expect.stringContaining("It must be a whole number from 1 to 2147483647, in decimal digits."),
    ]);
    for (const rate of [`${text}/s`, text]) {
      if (/^\d+\.?\d*$/.test(text)) continue;
      expect((await inProcess("batch", "x.csv", `--rate=${rate}`)).told).toContain(
        'It must be a rate like "50/s"',
      );
    }
    expect(here.sandbox.record.requests.status).toBe(0);
  });
});
