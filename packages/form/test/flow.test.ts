import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { bulgarian, english } from "@veristep/core";
import { createFlow, createFlowHost, type UseVerificationOptions } from "@veristep/form/flow";
import { expect, test, vi } from "vitest";

function createWorld() {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  let options: UseVerificationOptions = {
    api: fake.api,
    clock,
    user: { id: 7, email: "person@example.com" },
    messages: english,
  };
  return {
    fake,
    clock,
    latest: () => options,
    give: (change: Partial<UseVerificationOptions>) => {
      options = Object.assign({ ...options }, change);
    },
    operations: () => fake.calls.map(({ operation }) => operation),
    aborted: () => fake.calls.map(({ signal }) => signal.aborted),
  };
}

/** A hosted flow whose first code has been sent. */
async function atCode() {
  const world = createWorld();
  const host = createFlowHost(world.latest);
  host.mount();
  await world.clock.settle();
  expect(world.operations()).toEqual(["status", "sendEmailCode"]);
  return { ...world, host };
}

test("reads no clock, starts nothing and gives the first screen before it is mounted", async () => {
  const { fake, clock, latest, give } = createWorld();
  const now = vi.fn<() => number>(() => clock.now());
  give({ clock: { now, schedule: (wake, ms) => clock.schedule(wake, ms) } });
  const host = createFlowHost(latest, "my-");
  const { view, status, getCodeInputProps } = host.getSnapshot();
  expect([view.step, status, getCodeInputProps().id]).toEqual([
    "checking",
    "Checking your details…",
    "my-code",
  ]);
  await clock.settle();
  expect(now).not.toHaveBeenCalled();
  expect(fake.calls).toEqual([]);
  host.mount();
  await clock.settle();
  expect(host.getSnapshot().view.resend?.availableAt).toBe(clock.now() + 60_000);
});

test("a mount right after an unmount takes it back: one code is sent, and nothing is aborted (B31)", async () => {
  const { clock, latest, operations, aborted } = createWorld();
  const flow = createFlow(latest(), latest, true);
  flow.mount();
  flow.unmount();
  flow.mount();
  await clock.settle();
  expect(operations()).toEqual(["status", "sendEmailCode"]);
  expect(aborted()).toEqual([false, false]);
  expect(flow.isSuspended()).toBe(false);
});

test("an unmount suspends the flow in a microtask, with no request and no timer left (B14)", async () => {
  const { clock, fake, host, aborted } = await atCode();
  fake.script("status", { hold: true });
  host.getSnapshot().commands.refresh();
  host.unmount();
  host.unmount();
  expect(aborted().at(-1)).toBe(false);
  await Promise.resolve();
  expect(aborted().at(-1)).toBe(true);
  expect(clock.pending).toBe(0);
});

test("mounted again later, it continues with its cooldown and the typed text, and sends nothing (B31)", async () => {
  const { clock, host, operations } = await atCode();
  host.getSnapshot().getCodeInputProps().oninput("123");
  host.unmount();
  await clock.advance(20_000);
  host.mount();
  await clock.settle();
  expect(operations()).toEqual(["status", "sendEmailCode", "status"]);
  expect(host.getSnapshot().code).toBe("123");
  await clock.advance(39_999);
  expect(host.getSnapshot().view.resend?.allowed).toBe(false);
  await clock.advance(1);
  expect(host.getSnapshot().view.resend?.allowed).toBe(true);
});

test("keeps the flow of the same user, whose address may be missing or spaced", async () => {
  const { clock, give, host, operations } = await atCode();
  for (const user of [{ id: 7 }, { id: 7, email: " person@example.com\n" }]) {
    give({ user, policy: { cooldownMs: 1 } });
    host.update();
  }
  // The form asks for a number that comes later than the flow.
  give({ user: { id: 7, phone: "+359888123456" } });
  host.update();
  await clock.settle();
  expect(operations()).toEqual(["status", "sendEmailCode"]);
});

test.each([
  ["user", { id: 8, email: "\u200bnext@example.com \n" }, "next@example.com"],
  ["address", { id: 7, email: "right@example.com" }, "right@example.com"],
])("gives another %s a flow, and subscribers its changes", async (_, user, argument) => {
  const { clock, fake, give, host } = await atCode();
  const heard = vi.fn<() => void>();
  host.subscribe(heard);
  give({ user });
  host.update();
  expect(host.getSnapshot().view.step).toBe("checking");
  expect(heard).toHaveBeenCalled();
  await clock.settle();
  expect(fake.calls.at(-1)).toMatchObject({ operation: "sendEmailCode", userId: user.id, argument });
});

test("refuses a later user that is invalid without a request, says so, and continues with the next one", async () => {
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  const { clock, fake, give, host } = await atCode();
  for (const user of [{ id: 9, email: "no address" }, { id: Number.NaN, email: "a@b.example" }, { id: 10 }]) {
    give({ user });
    host.update();
    await clock.settle();
    expect(host.getSnapshot().status).toBe(english.messages.invalidRequest);
  }
  expect(complaints.mock.calls.flat()[0]).toMatch(/^veristep: user\.email must be/);
  complaints.mockRestore();
  expect(fake.calls).toHaveLength(2);
  give({ user: { id: 10, email: "late@example.com" } });
  host.update();
  await clock.settle();
  expect(fake.calls.at(-1)).toMatchObject({ operation: "sendEmailCode", argument: "late@example.com" });
});

test("throws all problems of the first options, without their values", () => {
  const { latest, give } = createWorld();
  give({ user: { id: "", email: "no-address" } });
  expect(() => createFlowHost(latest)).toThrow(
    /^veristep: user\.id must be an integer, or a string of 1 to 256 characters; user\.email must be the registered e-mail address$/,
  );
});

test("warns once that another `api` is ignored", async () => {
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { give, host, fake } = await atCode();
  host.update();
  expect(warnings).not.toHaveBeenCalled();
  for (let time = 0; time < 2; time += 1) {
    give({ api: { ...fake.api } });
    host.update();
  }
  expect(warnings.mock.calls).toEqual([[expect.stringContaining("`api` has changed")]]);
  warnings.mockRestore();
});

test("is the same snapshot until the flow or the messages change", async () => {
  const { give, host } = await atCode();
  const before = host.getSnapshot();
  expect(host.getSnapshot()).toBe(before);
  give({ messages: bulgarian });
  expect(host.getSnapshot().status).toMatch(/^Изпратихме/);
});
