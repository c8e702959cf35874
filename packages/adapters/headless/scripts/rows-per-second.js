/* oxlint-disable no-console -- a script for people */
/*
 * How fast a batch is: the command `veristep batch` in a separate process, with its journal on the disk, over HTTP to
 * a sandbox in this process. Each row verifies an e-mail address and a phone number: two sends, two codes
 * from the outbox, two confirms, and the reads of the status between them.
 *   node scripts/rows-per-second.js [rows] [concurrency]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveSandbox } from "@veristep/sandbox/node";

const rows = Number(process.argv[2] ?? 5_000);
const concurrency = process.argv[3] ?? "64";
const folder = mkdtempSync(join(tmpdir(), "veristep-rows-"));
const server = await serveSandbox();
try {
  const lines = Array.from({ length: rows }, (_, index) => {
    const email = `person${index}@example.com`;
    return `${server.sandbox.addUser({ email })},${email},+35988${1_000_000 + index}`;
  });
  const input = join(folder, "users.csv");
  writeFileSync(input, ["userId,email,phone", ...lines, ""].join("\n"));
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const flags = ["--journal", join(folder, "journal"), "--base-url", server.url, "--codes", "outbox"];
  const child = spawn(
    process.execPath,
    [main, "batch", input, ...flags, "--concurrency", concurrency, "--json"],
    { env: { ...process.env, VERISTEP_TOKEN: "any" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  let last = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (last = (last + text).slice(-2_000)));
  await new Promise((resolve) => child.on("close", resolve));
  const { counts, seconds } = JSON.parse(last.trimEnd().split("\n").at(-1));
  const requests = Object.values(server.sandbox.record.requests).reduce((sum, count) => sum + count, 0);
  console.log(
    `${rows} rows in ${seconds.toFixed(1)} s: ${Math.round(rows / seconds)} rows/s, ${Math.round(requests / seconds)} requests/s; ` +
      `${counts.verified} verified, ${server.sandbox.record.sent} codes sent; load ${loadavg()[0].toFixed(1)}`,
  );
  process.exitCode = counts.verified === rows ? 0 : 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
