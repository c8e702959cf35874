import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stalePictures } from "../src/draw-chart.js";
import { countCitations, readRules } from "../src/rules.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
async function newestCode(url: string, channel: string): Promise<string> {
  const messages: unknown = await (await fetch(`${url}/_sandbox/outbox?channel=${channel}`)).json();
  const newest: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return typeof newest === "object" && newest !== null && "code" in newest ? String(newest.code) : "";
}

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
  const wizard = join(root, "examples/terminal/main.js");

  test("its twenty lines are those of examples/terminal", async () => {
    const quoted = /```js\n(.*?)```/s.exec(await readme())?.[1] ?? "";
    expect(quoted).toBe(await readFile(wizard, "utf8"));
    const lines = quoted.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import "));
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  test("they verify a user who mistypes", async () => {
    const child = spawn(process.execPath, [wizard]);
    let output = "";
    let errors = "";
    /** The user's actions, in order: each as soon as the text before it has appeared. */
    const steps: Array<readonly [seen: RegExp, type: (url: string) => Promise<string>]> = [
      [/We sent a 6-digit code to i/, async () => "12"],
      [/Enter all 6 digits/, async () => "resend"],
      [/You can request a new code in/, (url) => newestCode(url, "email")],
      [/Enter your phone number/, async () => "0888"],
      [/Enter the number with the country code/, async () => "+359 888 123 456"],
      [/We sent a 6-digit code to \+359 •• ••• ••56/, (url) => newestCode(url, "phone")],
    ];
    const go = async () => {
      const [seen, type] = steps[0] ?? [];
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (seen === undefined || type === undefined || url === undefined || !seen.test(output)) return;
      steps.shift();
      child.stdin.write(`${await type(url)}\n`);
    };
    child.stderr.on("data", (data) => (errors += String(data)));
    child.stdout.on("data", (data) => {
      output += String(data);
      void go();
    });
    const exit = await new Promise((resolve) => child.once("close", resolve));
    expect(errors).toBe("");
    expect(output).toContain("Your e-mail and phone number are verified.");
    expect(steps).toEqual([]);
    expect(exit).toBe(0);
  });

  test("every file and folder that it links to is there", async () => {
    const links = [...(await readme()).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].flatMap(
      ([, link]) => link ?? [],
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});

describe("the package scripts", () => {
  test("are the tasks of tools/run.js", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [name, command] of Object.entries(scripts)) expect(command).toBe(`node tools/run.js ${name}`);
    const { stderr, status } = spawnSync(process.execPath, [join(root, "tools/run.js"), "no such task"], {
      encoding: "utf8",
    });
    expect(status).toBe(2);
    const tasks = /The tasks are: (.*)\./.exec(stderr)?.[1]?.split(", ") ?? [];
    expect(Object.keys(scripts).sort()).toEqual(tasks.sort());
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
      "not taken (cooldown), so they wait",
      "send e-mail code: the service answered 503",
      "401: the access token has expired; the adapter gets a new one",
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
