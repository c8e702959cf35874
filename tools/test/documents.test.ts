import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { stalePictures } from "../src/draw-chart.js";
import { countCitations, readRules } from "../src/rules.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = () => readFile(join(root, "README.md"), "utf8");

describe("the chart's pictures", () => {
  test("are the machine's", async () => {
    expect(await stalePictures(), "stale: draw them again with `npm run chart`").toEqual([]);
  });
});

describe("the rules", () => {
  test("are listed once, in order", async () => {
    const rules = await readRules();
    const numbers = rules.map((rule) => Number(rule.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(rules).toContain("B1");
    expect(rules).toContain("B62");
  });

  test("that tests cite all exist", async () => {
    const rules = new Set(await readRules());
    expect([...(await countCitations()).keys()].filter((rule) => !rules.has(rule))).toEqual([]);
  });

  test("of the flow, the HTTP adapter and the sandbox are all named by tests", async () => {
    const cited = await countCitations();
    const due = (await readRules()).filter((rule) => /^B([1-9]|1\d|2\d|5\d)$/.test(rule));
    expect(due.filter((rule) => !cited.has(rule))).toEqual([]);
  });
});

describe("the README", () => {
  test("its twenty lines verify a person, typed at as a terminal would", async () => {
    const snippet = /```js\n(.*?)```/s.exec(await readme())?.[1] ?? "";
    expect(snippet.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(20);

    const server = await serveSandbox();
    // Beside this package's dependencies, so that the snippet finds what it imports.
    const folder = await mkdtemp(join(root, "tools", ".readme-"));
    try {
      const id = server.sandbox.addUser({ email: "ivan@example.com" });
      const script = join(folder, "snippet.mjs");
      await writeFile(script, snippet);
      const child = spawn(process.execPath, [script], {
        env: {
          ...process.env,
          API_URL: server.url,
          API_TOKEN: "token",
          USER_ID: String(id),
          EMAIL: "ivan@example.com",
          PHONE: "+359888123456",
        },
      });
      let output = "";
      let errors = "";
      const typed = new Set<string>();
      child.stderr.on("data", (data) => (errors += String(data)));
      child.stdout.on("data", (data) => {
        output += String(data);
        if (!typed.has("nonsense")) {
          typed.add("nonsense");
          child.stdin.write("12\n");
        }
        for (const { channel, code } of server.sandbox.outbox({ userId: id })) {
          if (typed.has(channel) || !output.includes(channel === "email" ? "i•••@" : "+35•••56. It"))
            continue;
          typed.add(channel);
          child.stdin.write(`${code}\n`);
        }
      });
      const exit = await new Promise((resolve) => child.once("close", resolve));
      expect(errors).toBe("");
      expect(output).toContain("A code has 6 digits.");
      expect(output).toContain("Done. Your contact details are verified.");
      expect(exit).toBe(0);
      expect(server.sandbox.users()[0]).toMatchObject({ isEmailVerified: true, isPhoneNumberVerified: true });
    } finally {
      await rm(folder, { recursive: true });
      await server.close();
    }
  });

  test("every file and folder that it links to is there", async () => {
    const links = [...(await readme()).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].flatMap(
      ([, link]) => link ?? [],
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});

describe("the first run", () => {
  test("verifies through every fault that it names, and shows no secret", async () => {
    const child = spawn(process.execPath, [join(root, "examples/first-run/dist/main.js")], {
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    const exit = await new Promise((resolve) => child.once("close", resolve));
    for (const part of [
      "confirm e-mail: the code was refused",
      "not taken (coolingDown), so they wait",
      "send e-mail code: the service answered 503",
      "401: the access token is no longer good",
      "verify phone: no answer: the connection broke",
      "phoneVerified: done",
      "Next:",
    ]) {
      expect(output).toContain(part);
    }
    expect(output).not.toMatch(/ivan\.petrov|888123456|\b\d{6}\b/);
    expect(exit).toBe(0);
  });
});
