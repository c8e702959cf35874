import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const example = (name: string) =>
  fileURLToPath(new URL(`../../../../examples/node-headless/${name}`, import.meta.url));
const PATIENCE_MS = 180_000;

/** Runs an example as its README says. */
function start(name: string) {
  const child = spawn(process.execPath, [example(`dist/${name}.js`)]);
  let [stdout, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended, stdout: () => stdout };
}

describe("examples/node-headless", () => {
  test("are each shorter than 60 lines", () => {
    for (const file of readdirSync(example("src"))) {
      expect(readFileSync(example(`src/${file}`), "utf8").split("\n").length).toBeLessThan(60);
    }
  });

  test(
    "one contact",
    async () => {
      const { code, stdout, stderr } = await start("one-contact").ended;
      expect(stderr).toBe("");
      expect(stdout).toContain("phone: { by: 'code', contact: '+359 •• ••• ••56' }");
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "a batch",
    async () => {
      const { code, stdout } = await start("batch").ended;
      expect(stdout).toMatch(/^50 people in .* s: \{ verified: 50 \}\n$/);
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "runs a service, with its health",
    async () => {
      const running = start("service");
      while (!running.stdout().includes("\n")) await new Promise((resolve) => setTimeout(resolve, 20));
      const { service, sandbox } = JSON.parse(running.stdout()) as {
        readonly service: { readonly port: number };
        readonly sandbox: string;
      };
      const url = `http://127.0.0.1:${service.port}`;
      const post = (to: string, body: unknown) =>
        fetch(to, {
          method: "POST",
          body: JSON.stringify(body),
          headers: { authorization: "Bearer any", "content-type": "application/json" },
        });
      const email = "ivan@example.com";
      const registered = await post(`${sandbox}/User`, { merchantId: 1, email });
      const { id } = (await registered.json()) as { readonly id: number };
      expect((await post(`${url}/verifications`, { userId: id, email })).status).toBe(400);
      const person = { userId: id, email, phone: "+359888123456" };
      expect((await post(`${url}/verifications`, person)).status).toBe(202);
      let health: unknown = null;
      while (!JSON.stringify(health).includes("verified")) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        health = await (await fetch(`${url}/health`)).json();
      }
      expect(health).toEqual({ status: "ok", waiting: 0, ended: { verified: 1 } });
      running.child.kill("SIGTERM");
      expect((await running.ended).code).toBe(0);
    },
    PATIENCE_MS,
  );
});
