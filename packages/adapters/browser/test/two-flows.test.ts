import { browserPeers, memoryStore } from "@veristep/browser";
import { createVerification } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";

/** Two flows of one user on one page, as two providers make them. */
async function onOnePage() {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  // No channel, no locks and no storage: whatever is heard comes from this page.
  const shared = { api: fake.api, clock, store: memoryStore(), peers: browserPeers({ clock }, {}) };
  const user = { id: 7, email: "person@example.com" };
  const [one, other] = [0, 0].map(() => createVerification({ ...shared, user })._unsafeUnwrap());
  if (one === undefined || other === undefined) throw new Error("No flows");
  one.start();
  await clock.settle();
  other.start();
  await clock.settle();
  return { fake, clock, one, other };
}

describe("B37: two flows on one page that share their peers", () => {
  test("make one send, and both see what was verified in one of them", async () => {
    const { fake, clock, one, other } = await onOnePage();
    expect(fake.count("sendEmailCode")).toBe(1);
    one.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect([one.view().step, other.view().step]).toEqual(["phoneEntry", "phoneEntry"]);
    other.submitPhone("+359888123456");
    await clock.settle();
    expect([one.view().step, other.view().step]).toEqual(["phone", "phone"]);
    one.submitCode(fake.service.codes.phone ?? "");
    await clock.settle();
    expect([one.view().step, other.view().step]).toEqual(["verified", "verified"]);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });

  test("don't read the status because of what they told themselves", async () => {
    const { fake, clock, one, other } = await onOnePage();
    other.suspend();
    await clock.settle();
    const before = fake.count("status");
    one.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect(fake.count("status")).toBe(before);
  });
});
