import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { veristep, workFolder } from "../support/command.js";
import { inProcess } from "../support/in-process.js";

const PATIENCE_MS = 60_000;

/** The sandbox command, running. */
async function sandbox(...args: string[]) {
  const running = veristep(["sandbox", "--json", ...args]);
  const line = await new Promise<string>((resolve) => {
    running.child.stdout?.once("data", (text: string) => {
      resolve(text);
    });
  });
  // The command's own line.
  const { url, users } = JSON.parse(line) as { readonly url: string; readonly users: number };
  const headers = { authorization: "Bearer t", "content-type": "application/json" };
  return {
    url,
    users,
    status: async (id: number) => (await fetch(`${url}/User/${id}/status`, { headers })).json(),
    post: (path: string, body: object) =>
      fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
    end: async (signal: NodeJS.Signals = "SIGINT") => {
      running.child.kill(signal);
      return running.ended;
    },
  };
}

describe("veristep sandbox", () => {
  test(
    "has the users of --users from the start, and those of --persist again",
    async () => {
      using folder = workFolder();
      const file = folder.path("sandbox.json");
      const first = await sandbox("--users", "3", "--persist", file);
      expect(first.users).toBe(3);
      const verify = ["verify", "--user-id", "2", "--email", "user2@example.com", "--phone", "+359888123456"];
      const { code } = await inProcessWithToken(...verify, "--codes", "outbox", "--base-url", first.url);
      expect(code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 600));
      // Without a chance to say goodbye.
      await first.end("SIGKILL");
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const again = await sandbox("--users", "5", "--persist", file);
      expect(again.users).toBe(5);
      expect(await again.status(2)).toMatchObject({ isEmailVerified: true, isPhoneNumberVerified: true });
      expect(await again.status(3)).toMatchObject({ isEmailVerified: false });
      const registered = await again.post("/User", { merchantId: 1, email: "new@example.com" });
      expect(await registered.json()).toEqual({ id: 6 });
      expect((await again.end()).code).toBe(0);
      expect(readFileSync(file, "utf8")).toContain("new@example.com");
    },
    PATIENCE_MS,
  );

  test("leaves another program's file alone with --persist", async () => {
    using folder = workFolder();
    const file = folder.write("notes.json", '{"mine":1}');
    const { code, told } = await inProcess("sandbox", "--persist", file);
    expect([code, told]).toEqual([
      2,
      expect.stringContaining("holds no users of a sandbox; name another file"),
    ]);
    expect(readFileSync(file, "utf8")).toBe('{"mine":1}');
    const there = await inProcess("sandbox", "--persist", folder.path(""));
    expect(there.told).toContain("can't be read (EISDIR)");
    expect(existsSync(folder.path("none"))).toBe(false);
  });

  test(
    "has flags for its policy",
    async () => {
      const here = await sandbox(
        "--users",
        "1",
        "--cooldown",
        "60",
        "--attempts",
        "1",
        "--code-lifetime",
        "5",
      );
      const send = () => here.post("/User/email/send-confirmation", { id: 1, email: "user1@example.com" });
      expect([(await send()).status, (await send()).status]).toEqual([204, 429]);
      await here.end();
      const wrong: ReadonlyArray<readonly [string[], string]> = [
        [["--users", "1e3"], "in decimal digits"],
        [["--code-lifetime", "0"], "from 1 to 600"],
        [["--deployment", "new"], "Allowed choices are current, legacy"],
        [["--tls-cert", "a.pem"], "Give --tls-cert and --tls-key together"],
        [["--tls-cert", "/nowhere", "--tls-key", "/nowhere"], "--tls-cert: /nowhere can't be read (ENOENT)"],
        [["--fault", "*:status5xx:0x1"], "probability"],
        [["--fault", "*:status5xx:1e-1"], "probability"],
      ];
      for (const [args, problem] of wrong) {
        const { code, told } = await inProcess("sandbox", ...args);
        expect({ args, code, told }).toEqual({
          args,
          code: 2,
          told: expect.stringContaining(problem) as string,
        });
      }
    },
    PATIENCE_MS,
  );
});

async function inProcessWithToken(...args: string[]) {
  process.env["VERISTEP_TOKEN"] = "any";
  try {
    return await inProcess(...args);
  } finally {
    delete process.env["VERISTEP_TOKEN"];
  }
}
