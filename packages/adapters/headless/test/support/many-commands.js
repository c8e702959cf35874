/*
 * Runs the built command line many times in one process: reads `{ args, env }` as a line of JSON, and writes
 * `{ code, stdout, stderr }` as one.
 */
import { createInterface } from "node:readline";
import { run } from "../../dist/cli/program.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { args, env } = JSON.parse(line);
  const [printed, told] = [[], []];
  Object.assign(process.env, env);
  const code = await run(args, {
    print: (text) => printed.push(`${text}\n`),
    tell: (text) => told.push(`${text}\n`),
    tellStyled: (text) => told.push(`${text}\n`),
    status: () => {},
    prompt: { say: () => {}, show: () => {}, leave: () => {}, control: () => {} },
    ready: () => Promise.resolve(),
    written: () => Promise.resolve(null),
  });
  for (const name of Object.keys(env)) delete process.env[name];
  process.stdout.write(`${JSON.stringify({ code, stdout: printed.join(""), stderr: told.join("") })}\n`);
}
