import { createSimulatedClock } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import {
  createLivingService,
  type Deed,
  type Journal,
  type LivingService,
} from "../src/server/living-service.js";

const post = (path: string, body: unknown): Deed => ({
  type: "request",
  fault: null,
  request: {
    method: "POST",
    url: `http://localhost${path}`,
    headers: { authorization: "Bearer any", "content-type": "application/json" },
    body: JSON.stringify(body),
  },
});

const get = (path: string): Deed => ({
  type: "request",
  fault: null,
  request: {
    method: "GET",
    url: `http://localhost${path}`,
    headers: { authorization: "Bearer any" },
    body: null,
  },
});

async function read(service: LivingService, path: string): Promise<unknown> {
  const answer = await service.perform(get(path));
  return JSON.parse(new TextDecoder().decode(answer?.body ?? new Uint8Array()));
}

const everything = async (service: LivingService) => [
  service.person(),
  await read(service, "/_sandbox/outbox"),
  await read(service, "/_sandbox/users"),
];

/** A service, and what is left of it when its page is gone. */
async function open() {
  const clock = createSimulatedClock();
  let kept: Journal | undefined;
  const keeper = {
    load: async () => kept,
    save: async (journal: Journal) => {
      kept = structuredClone(journal);
    },
  };
  return { clock, reopen: () => createLivingService(keeper, clock), saved: () => kept };
}

describe("the service in the page", () => {
  test("is the same after a reload: its codes, what is verified, and what time it was", async () => {
    const { clock, reopen } = await open();
    const service = await reopen();
    const { id, email } = service.person();
    await service.perform(post("/User/email/send-confirmation", { id, email }));
    await clock.advance(61_000);
    await service.perform(post("/User/email/confirm", { id, token: "000000" }));
    // Its answer is lost; the work is done.
    const lost = {
      ...post("/User/email/send-confirmation", { id, email }),
      fault: { kind: "dropAfter" },
    } as const;
    expect(await service.perform(lost)).toBeNull();
    await service.perform({ type: "verifyElsewhere", channel: "email" });
    await service.perform(post("/User/phone-number/send-code", { id, phoneNumber: "+359888123456" }));
    const before = await everything(service);
    expect(before[1]).toHaveLength(3);
    await clock.advance(1_000);
    expect(await everything(await reopen())).toEqual(before);
  });

  test("keeps nothing of those who only look", async () => {
    const { reopen, saved } = await open();
    const service = await reopen();
    await everything(service);
    expect(saved()?.deeds).toEqual([]);
  });

  test("starts over with a new user and an empty mailbox", async () => {
    const { reopen } = await open();
    const service = await reopen();
    const { id, email } = service.person();
    await service.perform(post("/User/email/send-confirmation", { id, email }));
    await service.restart();
    expect(service.person().id).not.toBe(id);
    expect(await read(service, "/_sandbox/outbox")).toEqual([]);
    expect((await reopen()).person()).toEqual(service.person());
  });
});
