import type { SmsProvider } from "./provider.js";
import type { Signature } from "./signature.js";

const kinds = ["hmac-sha1", "hmac-sha256", "hmac-sha512", "ed25519", "jwt", "secret", "basic"] as const;

const members = [
  "type",
  "each",
  "to",
  "text",
  "id",
  "time",
  "sign",
  "header",
  "content",
  "encoding",
  "prefix",
  "age",
  "status",
] as const;

type Member = (typeof members)[number];

const isOneOf = <T extends string>(value: string, all: readonly T[]): value is T =>
  (all as readonly string[]).includes(value);

/** Escapes in a value: a new line, a tab and a space, which would end the value. */
const unescaped = (value: string): string =>
  value.replaceAll(/\\([nts])/g, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? " ");

function choice<T extends string>(name: Member, value: string, all: readonly T[]): T {
  if (!isOneOf(value, all)) throw new Error(`"${name}" must be one of ${all.join(", ")}`);
  return value;
}

/**
 * Reads a provider from words `name=value`: where the parts of a message stand in a post, and how it is signed.
 *
 * `to`, `text` (paths, needed), `id`, `time`, `each`, `type` (json, form); `sign` (needed, a kind of
 * {@link Signature}), `header`, `content`, `encoding` (base64, hex), `prefix`, `age` (the header with the time of the
 * signature), `status` (of the answer). `\n`, `\t` and `\s` (a space) are escapes.
 *
 * @example
 * ```text
 * to=to text=body id=id time=received_at sign=hmac-sha256 header=x-signature content={x-nonce}.{body}
 * ```
 *
 * @throws Error that says which word is wrong.
 */
export function parseSmsMap(text: string): SmsProvider {
  const given = new Map<Member, string>();
  for (const word of text.trim().split(/\s+/)) {
    const [, name = word, value = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (!isOneOf(name, members)) throw new Error(`"${name}" isn't one of ${members.join(", ")}`);
    if (value === "") throw new Error(`"${name}" has no value`);
    if (given.has(name)) throw new Error(`"${name}" is given twice`);
    given.set(name, unescaped(value));
  }
  const needed = (name: Member): string => {
    const value = given.get(name);
    if (value === undefined) throw new Error(`"${name}" is missing`);
    return value;
  };
  /** Members by their other name, without those that are not given. */
  const some = <Name extends string>(
    names: Readonly<Record<Name, Member>>,
  ): { readonly [key in Name]?: string } => {
    const found = Object.entries<Member>(names).flatMap(([name, member]) => {
      const value = given.get(member);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(found) as { readonly [key in Name]?: string }; // Only names from the argument.
  };

  const by = choice("sign", needed("sign"), kinds);
  if (by !== "jwt" && by !== "basic") needed("header");
  const encoding = choice("encoding", given.get("encoding") ?? "base64", ["base64", "hex"]);
  const status = given.get("status") ?? "200";
  if (!/^2\d\d$/.test(status)) throw new Error('"status" must be from 200 to 299');
  const signature: Signature = {
    by,
    encoding,
    ...some({ header: "header", content: "content", prefix: "prefix", time: "age" }),
  };
  return {
    type: choice("type", given.get("type") ?? "json", ["json", "form"]),
    signature,
    message: { to: needed("to"), text: needed("text"), ...some({ each: "each", id: "id", time: "time" }) },
    answer: { status: Number(status) },
  };
}
