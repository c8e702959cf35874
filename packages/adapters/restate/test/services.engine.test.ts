import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { maskEmail, maskPhone } from "@veristep/core";
import { verificationMachine } from "@veristep/core/xstate";
import { createFakeApi, failure, type FakeApi } from "@veristep/core/testing";
import { serveWorker, type VerificationMachine, type Worker, type WorkerOptions } from "@veristep/restate";
import { createContactSeal, createDurableClient, type DurableClient } from "@veristep/restate/client";
import { startRestate, type Cluster } from "@veristep/restate-server";
import { StateMachine } from "xstate";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

const EMAIL = "person@example.com";
const PHONE = "+359888123456";
const email = { ref: "contact-email", masked: maskEmail(EMAIL) };
const phone = { ref: "contact-phone", masked: maskPhone(PHONE) };
const contacts = new Map([
  [email.ref, EMAIL],
  [phone.ref, PHONE],
]);

/** The machine under another id: what it was in an earlier release. */
const named = (id: string): VerificationMachine =>
  new StateMachine({ ...verificationMachine.config, id }, verificationMachine.implementations);

describe("the services", () => {
  let cluster: Cluster;
  let client: DurableClient;
  let flows = 0;
  const workers: Worker[] = [];
  const newFlow = () => `flow-${(flows += 1)}`;

  /** The only worker, over its own service. */
  const work = async (fake: FakeApi, options: Partial<WorkerOptions> = {}) => {
    const worker = await serveWorker({
      api: fake.api,
      findContact: async ({ ref }) => contacts.get(ref) ?? null,
      codes: { find: async ({ channel }) => fake.service.codes[channel] },
      ...options,
    });
    workers.push(worker);
    await cluster.register(worker.url);
  };
  const until = (is: () => Promise<boolean>) =>
    vi.waitFor(async () => expect(await is()).toBe(true), { timeout: 10_000, interval: 20 });
  const asksForCode = async (flowId: string) => {
    const seen = await client.view({ flowId });
    return seen.isOk() && seen.value.awaiting === "code" && seen.value.activities.length === 0;
  };

  beforeAll(async () => {
    cluster = await startRestate({ tell: (line) => process.stderr.write(`${line}\n`) });
    client = createDurableClient({ ingresses: cluster.ingresses });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map(({ close }) => close()));
  });
  afterAll(() => cluster?.stop());

  test("start keeps a flow when it is called again, and refuses its name to another user", async () => {
    const fake = createFakeApi(EMAIL);
    await work(fake);
    const flowId = newFlow();
    const begun = await Promise.all(
      Array.from({ length: 3 }, () => client.start({ flowId, userId: 7, email })),
    );
    expect(begun.every((one) => one.isOk())).toBe(true);
    await until(() => asksForCode(flowId));
    expect(fake.count("status", "sendEmailCode")).toBe(2);
    const other = await client.start({ flowId, userId: 8, email });
    expect(other._unsafeUnwrapErr()).toMatchObject({ kind: "refused", status: 409 });
    const unknown = await client.view({ flowId: "flow-unknown" });
    expect(unknown._unsafeUnwrapErr()).toMatchObject({ kind: "refused", status: 404 });
  });

  test("B3: any number of commands at once make one request", async () => {
    const fake = createFakeApi(EMAIL);
    await work(fake);
    const flowId = newFlow();
    await client.start({ flowId, userId: 7, email, policy: { channels: ["email"], cooldownMs: 0 } });
    await until(() => asksForCode(flowId));
    fake.script("sendEmailCode", { hold: true });
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.resend({ flowId })));
    const words = answers.map((one) => one._unsafeUnwrap());
    expect(words.filter(({ taken }) => taken)).toHaveLength(1);
    expect(words.filter((one) => !one.taken && one.refusal.kind === "busy")).toHaveLength(4);
    await until(async () => fake.count("sendEmailCode") === 2);
    fake.release();
    await until(() => asksForCode(flowId));
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("result waits for the end; what has ended is forgotten after its time", async () => {
    const fake = createFakeApi(EMAIL);
    await work(fake, { keepEndedMs: 100 });
    const flowId = newFlow();
    await client.start({ flowId, userId: 7, email, policy: { channels: ["email"] } });
    const ended = client.result({ flowId });
    await until(() => asksForCode(flowId));
    await client.codeArrived({ flowId, codeRef: "code-1" });
    expect((await ended)._unsafeUnwrap()).toEqual({
      kind: "verified",
      email: { by: "code", contact: email.masked },
      phone: null,
    });
    await until(async () => (await client.view({ flowId })).isErr());
  });

  test("only the facade is open to clients", async () => {
    await work(createFakeApi(EMAIL));
    for (const path of ["VeristepFlow/flow-1/command", "VeristepDriver/flow-1/drive"]) {
      const response = await fetch(`${cluster.ingresses[0]}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("not public");
    }
  });

  test("a flow continues with the version that it began with, beside newer ones", async () => {
    const fake = createFakeApi(EMAIL);
    await work(fake, { machine: named("earlier-version") });
    const [older, newer] = [newFlow(), newFlow()];
    const request = { userId: 7, email, policy: { channels: ["email"] as const } };
    await client.start({ flowId: older, ...request });
    await until(() => asksForCode(older));
    await Promise.all(workers.splice(0).map(({ close }) => close()));

    await work(fake, { versions: [named("earlier-version")] });
    const answer = await client.codeArrived({ flowId: older, codeRef: "code-1" });
    expect(answer._unsafeUnwrap().taken).toBe(true);
    expect((await client.result({ flowId: older }))._unsafeUnwrap().kind).toBe("verified");
    await client.start({ flowId: newer, ...request });
    const versions = await cluster.query(
      "SELECT service_key, value_utf8 FROM state WHERE key = 'version' AND service_name = 'VeristepFlow'",
    );
    expect(versions).toContainEqual({ service_key: older, value_utf8: '"earlier-version"' });
    expect(versions).toContainEqual({ service_key: newer, value_utf8: `"${verificationMachine.id}"` });
  });

  test("two versions with one id are refused at once", () => {
    const two = { machine: named("a"), versions: [named("a")] };
    return expect(work(createFakeApi(EMAIL), two)).rejects.toThrow(
      "Two versions of the machine have the id a.",
    );
  });

  test("verify takes codes from the source, and asks for another when none comes", async () => {
    const fake = createFakeApi(EMAIL);
    const lookups: Array<readonly [string, number, boolean]> = [];
    await work(fake, {
      codes: {
        find: async ({ channel, generation, notBefore, sentAt }) => {
          lookups.push([channel, generation, notBefore !== null && sentAt !== null && notBefore <= sentAt]);
          return channel === "email" && generation < 2 ? null : fake.service.codes[channel];
        },
      },
    });
    const verified = await client.verify({
      flowId: newFlow(),
      userId: 7,
      email,
      phone,
      policy: { cooldownMs: 0 },
      resendAfterMs: 0,
    });
    expect(verified._unsafeUnwrap()).toMatchObject({ kind: "verified", phone: { by: "code" } });
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(fake.count("sendPhoneCode")).toBe(1);
    expect(lookups.every(([, , isDated]) => isDated)).toBe(true);
    expect(lookups[0]?.slice(0, 2)).toEqual(["email", 1]);
  });

  test("verify reports what only the user can do, and continues there when it is called again", async () => {
    const fake = createFakeApi(EMAIL);
    let comes = false;
    await work(fake, {
      codes: { find: async ({ channel }) => (comes ? fake.service.codes[channel] : null) },
    });
    const request = {
      flowId: newFlow(),
      userId: 7,
      email,
      policy: { cooldownMs: 0 },
      resendAfterMs: 0,
      maxAutoResends: 1,
    };
    const first = (await client.verify(request))._unsafeUnwrap();
    expect(first).toMatchObject({
      kind: "needsPerson",
      awaiting: "code",
      view: { code: { generation: 2 } },
    });
    comes = true;
    const second = (await client.verify(request))._unsafeUnwrap();
    expect(second).toMatchObject({ kind: "needsPerson", awaiting: "phone" });
    const withPhone = await client.submitPhone({ flowId: request.flowId, phone });
    expect(withPhone._unsafeUnwrap().taken).toBe(true);
    expect((await client.verify(request))._unsafeUnwrap().kind).toBe("verified");
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("verify restarts a failed flow, and leaves a flow of another policy alone", async () => {
    const fake = createFakeApi(EMAIL);
    fake.script("status", { fail: failure.userNotFound });
    await work(fake);
    const request = { flowId: newFlow(), userId: 7, email, policy: { channels: ["email"] as const } };
    const failed = (await client.verify(request))._unsafeUnwrap();
    expect(failed).toEqual({ kind: "failed", failure: { kind: "userNotFound", traceId: null } });
    expect((await client.verify(request))._unsafeUnwrap().kind).toBe("verified");
    const other = await client.verify({ ...request, policy: {} });
    expect(other._unsafeUnwrap()).toEqual({ kind: "otherFlow" });
  });

  test("the queries of docs/durable.md find a flow, where it stands, and what is under way", async () => {
    const document = await readFile(new URL("../../../../docs/durable.md", import.meta.url), "utf8");
    const blocks = [...document.matchAll(/```sql\n(.*?)```/gs)].map(([, code]) => code ?? "");
    const queries = blocks.flatMap((block) => block.split(";")).filter((query) => query.includes("SELECT"));
    expect(queries).toHaveLength(3);
    const fake = createFakeApi(EMAIL);
    fake.script("status", { hold: true });
    await work(fake);
    const flowId = newFlow();
    await client.start({ flowId, userId: 7, email });
    await until(async () => fake.count("status") === 1);
    const [versions, flows, underWay] = await Promise.all(queries.map((query) => cluster.query(query)));
    expect(JSON.stringify(versions)).toContain(verificationMachine.id);
    const standing = flows?.find(({ service_key: key }) => key === flowId);
    expect(standing).toMatchObject({ status: "active", stands_at: '{"checkingStatus":"reading"}' });
    expect(underWay).toContainEqual(
      expect.objectContaining({ target: `VeristepFlow/${flowId}/perform`, status: "running" }),
    );
    fake.release();
    await until(() => asksForCode(flowId));
  });

  test("the README's client takes a user through the flow", async () => {
    const fake = createFakeApi(EMAIL);
    process.env["VERISTEP_INGRESS"] = cluster.ingresses.join(",");
    process.env["VERISTEP_CONTACT_KEY"] = randomBytes(32).toString("base64");
    const { findContact } = createContactSeal(process.env["VERISTEP_CONTACT_KEY"]);
    const typed = new Map<string, string | null>();
    await work(fake, { findContact, codes: { find: async ({ ref }) => typed.get(ref) ?? null } });
    const application = await import("./readme/application.js");
    const userId = 4242;
    const flowId = `user-${userId}`;
    await application.begin(userId, EMAIL);
    await until(() => asksForCode(flowId));
    typed.set("typed-1", fake.service.codes.email);
    await application.codeTyped(userId, "typed-1");
    await until(async () => (await client.view({ flowId }))._unsafeUnwrap().step === "phoneEntry");
    await application.phoneTyped(userId, PHONE);
    await until(() => asksForCode(flowId));
    typed.set("typed-2", fake.service.codes.phone);
    await application.codeTyped(userId, "typed-2");
    expect((await application.verified(userId))._unsafeUnwrap()).toMatchObject({
      kind: "verified",
      phone: { contact: phone.masked },
    });
  });
});
