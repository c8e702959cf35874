import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Sandbox } from "@veristep/sandbox";
import * as v from "valibot";
import { errorCode } from "../error-code.js";
import { UsageError } from "./exit-codes.js";

/** A file with the users of a sandbox: what they are verified with outlasts it. Codes don't. */
const fileSchema = v.object({
  veristepSandbox: v.literal(1),
  users: v.array(
    v.object({
      id: v.number(),
      email: v.nullable(v.string()),
      phone: v.nullable(v.string()),
      isEmailVerified: v.boolean(),
      isPhoneVerified: v.boolean(),
      lifecycle: v.picklist([50, 150, 200, 300, 350, 400]),
    }),
  ),
});

const textOf = (sandbox: Sandbox): string =>
  `${JSON.stringify({ veristepSandbox: 1, users: sandbox.users() })}\n`;

/** Writes a file as a whole, or not at all. */
function replace(path: string, text: string): void {
  const part = `${path}.${randomUUID()}.part`;
  try {
    writeFileSync(part, text, { flag: "wx", mode: 0o600 });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function readUsers(path: string): v.InferOutput<typeof fileSchema>["users"] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw new UsageError(`--persist: ${path} can't be read (${errorCode(error) ?? "unknown reason"}).`);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (!parsed.success)
    throw new UsageError(`--persist: ${path} is there and holds no users of a sandbox; name another file.`);
  return parsed.output.users;
}

/**
 * Puts users into a sandbox: those of a file, and so many that there are `count` in all.
 *
 * @throws UsageError where the file can't be used.
 */
export function addUsers(sandbox: Sandbox, path: string | undefined, count: number): void {
  for (const user of path === undefined ? [] : readUsers(path)) {
    const { id, email, phone, lifecycle, isEmailVerified, isPhoneVerified } = user;
    try {
      sandbox.addUser({ id, email, phone, lifecycle });
    } catch (error) {
      const problem = error instanceof Error ? error.message : "it can't be used";
      throw new UsageError(`--persist: user ${id} of ${path ?? ""}: ${problem}.`);
    }
    if (isEmailVerified) sandbox.verifyElsewhere(id, "email");
    if (isPhoneVerified) sandbox.verifyElsewhere(id, "phone");
  }
  const taken = new Set(sandbox.users().map(({ id }) => id));
  for (let id = 1; taken.size < count; id += 1) {
    if (taken.has(id)) continue;
    sandbox.addUser({ id, email: `user${id}@example.com` });
    taken.add(id);
  }
}

const WRITE_EVERY_MS = 250;

/**
 * Keeps the users of a sandbox in a file while it runs.
 *
 * @param onProblem called when the file can't be written.
 * @returns writes it once more, and stops.
 */
export function keepUsers(sandbox: Sandbox, path: string, onProblem: (problem: string) => void): () => void {
  let written = "";
  const write = () => {
    const text = textOf(sandbox);
    if (text === written) return;
    try {
      replace(path, text);
      written = text;
    } catch (error) {
      onProblem(`--persist: ${path} can't be written (${errorCode(error) ?? "unknown reason"}).`);
    }
  };
  let seen = -1;
  const look = () => {
    const requests = Object.values(sandbox.record.requests).reduce((sum, count) => sum + count, 0);
    if (requests === seen) return;
    seen = requests;
    write();
  };
  look();
  const timer = setInterval(look, WRITE_EVERY_MS);
  return () => {
    clearInterval(timer);
    write();
  };
}
