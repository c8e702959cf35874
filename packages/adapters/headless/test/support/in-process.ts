import { serveSandbox } from "@veristep/sandbox/node";
import { run } from "../../src/cli/program.js";

export const EMAIL = "ivan.petrov@example.com";
export const PHONE = "+359888123456";

/** Runs the command line in this process. */
export async function inProcess(...args: string[]) {
  const [printed, told]: [string[], string[]] = [[], []];
  const code = await run(args, {
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
    tellStyled: (line) => told.push(line),
    status: () => {},
    prompt: { say: () => {}, show: () => {}, leave: () => {}, control: () => {} },
    ready: () => Promise.resolve(),
    written: () => Promise.resolve(null),
  });
  return { code, printed: printed.join("\n"), told: told.join("\n") };
}

/** Runs the command line in this process, with variables of the environment. */
export async function inProcessWith(env: Readonly<Record<string, string>>, ...args: string[]) {
  const before = new Map(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  try {
    return await inProcess(...args);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** A sandbox with one user, a token for it, and the beginnings of command lines. */
export async function served(options: Parameters<typeof serveSandbox>[0] = {}) {
  const server = await serveSandbox(options);
  const userId = server.sandbox.addUser({ email: EMAIL });
  process.env["VERISTEP_TOKEN"] = "any";
  return {
    ...server,
    userId,
    base: ["--base-url", server.url],
    verify: ["verify", "--user-id", String(userId), "--email", EMAIL, "--base-url", server.url],
    [Symbol.asyncDispose]: () => {
      delete process.env["VERISTEP_TOKEN"];
      return server.close();
    },
  };
}
