import { errAsync, okAsync } from "neverthrow";
import { randomBytes } from "node:crypto";
import { outboxCodes, type CodeRequest, type CodeSource } from "@veristep/headless";
import { durableCodes, verifyDurably } from "@veristep/headless/durable";
import {
  createContactSeal,
  type DriveEnd,
  type DurableClient,
  type IngressFailure,
} from "@veristep/restate/client";
import { serveSandbox } from "@veristep/sandbox/node";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Stream from "effect/Stream";
import { describe, expect, test } from "vitest";
import { workFolder } from "./support/command.js";
import { inProcessWith } from "./support/in-process.js";

const key = randomBytes(32).toString("base64");
const seal = createContactSeal(key);
const EMAIL = "person@example.com";
const PHONE = "+359888123456";

type Verify = DurableClient["verify"];

/** The buckets of rows whose flows end so, one after the other. */
async function bucketsOf(...ends: ReadonlyArray<DriveEnd | IngressFailure>) {
  const calls: Array<Parameters<Verify>> = [];
  const verify: Verify = (request, options) => {
    calls.push([request, options]);
    const end = ends[calls.length - 1] ?? { kind: "unreachable" };
    return end.kind === "unreachable" || end.kind === "refused" ? errAsync(end) : okAsync(end);
  };
  const rows = ends.map((_, index) => ({ userId: index + 1, email: EMAIL, phone: PHONE }));
  const outcomes = await Effect.runPromise(
    Stream.runCollect(
      verifyDurably(Stream.fromIterable(rows), {
        client: { verify },
        seal,
        concurrency: 1,
        maxAutoResends: 3,
      }),
    ),
  );
  return { calls, outcomes: outcomes.map(({ bucket, reason }) => `${bucket} ${reason}`) };
}

describe("a batch on the durable engine", () => {
  test("puts each row into the same bucket as the local engine", async () => {
    const evidence = { by: "code", contact: "p•••@example.com" } as const;
    const { outcomes } = await bucketsOf(
      { kind: "verified", email: evidence, phone: null },
      { kind: "failed", failure: { kind: "userNotFound", traceId: null } },
      { kind: "failed", failure: { kind: "userState", lifecycle: 400 } },
      { kind: "otherFlow" },
      { kind: "unreachable" },
      { kind: "refused", status: 400, problem: "" },
    );
    expect(outcomes).toEqual([
      "verified verified",
      "refused userNotFound",
      "refused userState:400",
      "unreachable otherFlow",
      "unreachable engine:unreachable",
      "unreachable engine:400",
    ]);
  });

  test("gives the engine sealed contacts, one flow for each user, and a key for each call (B26)", async () => {
    const verified = { kind: "verified", email: null, phone: null } as const;
    const { calls } = await bucketsOf(verified, verified);
    expect(JSON.stringify(calls)).not.toMatch(/person@|888123456/);
    expect(calls.map(([request]) => request.flowId)).toEqual(["user-1", "user-2"]);
    const keys = calls.map(([, options]) => options?.idempotencyKey);
    expect(new Set(keys).size).toBe(2);
    const [first] = calls;
    expect(first?.[0]).toMatchObject({ maxAutoResends: 3, phone: { masked: "+359 •• ••• ••56" } });
    const ref = first?.[0].phone?.ref ?? "";
    const signal = new AbortController().signal;
    expect(await seal.findContact({ ref, userId: 1, channel: "phone" }, signal)).toBe(PHONE);
  });

  test("needs an ingress and a key, and has no rates", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", "userId,email\n1,a@example.com\n");
    const batch = ["batch", input, "--journal", folder.path("journal"), "--engine", "restate"];
    const ingress = ["--ingress", "http://127.0.0.1:1"];
    const env = { VERISTEP_CONTACT_KEY: key };
    const runs = [
      { args: batch, env, says: "--engine restate needs --ingress URL." },
      { args: [...batch, ...ingress], env: {}, says: "needs a key in VERISTEP_CONTACT_KEY." },
      { args: [...batch, ...ingress], env: { VERISTEP_CONTACT_KEY: "c2hvcnQ=" }, says: "32 bytes in base64" },
      { args: [...batch, ...ingress, "--rate", "5/s"], env, says: "has no rates" },
    ];
    for (const { args, env, says } of runs) {
      const { code, told } = await inProcessWith(env, ...args);
      expect(told).toContain(says);
      expect(told).not.toContain("c2hvcnQ=");
      expect(code).toBe(2);
    }
  });
});

const lookup = {
  ref: "awaited:email:1",
  userId: 7,
  channel: "email",
  generation: 1,
  contact: seal.email(7, EMAIL),
  sentAt: 10_000,
  notBefore: 9_000,
} as const;

describe("codes for workers", () => {
  test("come from the source, which gets the whole contact", async () => {
    const asked: CodeRequest[] = [];
    const source: CodeSource = {
      next: (request) => {
        asked.push(request);
        return Effect.succeed({ kind: "code", code: "135246" });
      },
    };
    const codes = durableCodes(source, seal.findContact);
    expect(await codes.find(lookup, new AbortController().signal)).toBe("135246");
    const [request] = asked;
    expect(request).toMatchObject({ userId: 7, channel: "email", generation: 1, sentAt: 10_000 });
    expect(request?.notBefore).toBeLessThanOrEqual(9_000);
    expect(
      request?.destination === null ? null : Redacted.value(request?.destination ?? Redacted.make("")),
    ).toBe(EMAIL);
  });

  test("are null after the wait, and an error when the source can't be reached", async () => {
    await using sandbox = await (async () => {
      const server = await serveSandbox();
      return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
    })();
    const none = durableCodes(outboxCodes({ url: sandbox.url }), seal.findContact);
    expect(await none.find(lookup, AbortSignal.timeout(50))).toBeNull();
    const away = durableCodes(outboxCodes({ url: "http://127.0.0.1:1" }), seal.findContact);
    await expect(away.find(lookup, new AbortController().signal)).rejects.toThrow("Could not get a code");
  });
});
