import { createVerification, type Inspected } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { expect, test } from "vitest";

test("an inspector gets each step of a flow with its event, and no code or whole contact (B26)", async () => {
  const { api, service } = createFakeApi();
  service.verified.phone = true;
  const clock = createSimulatedClock();
  const user = { id: 7, email: "person@example.com" };
  const flow = createVerification({ api, user, clock })._unsafeUnwrap();
  const steps: Inspected[] = [];
  const inspection = flow.actor.system.inspect((inspected) => {
    if (inspected.type === "@xstate.snapshot" && inspected.actorRef === flow.actor) steps.push(inspected);
  });
  flow.start();
  await clock.settle();
  flow.submitCode(service.codes.email ?? "");
  await clock.settle();
  expect(steps.map(({ event }) => event?.type)).toEqual([
    "xstate.init",
    "xstate.done.actor.readStatus",
    "xstate.done.actor.sendCode",
    "code.submitted",
    "xstate.done.actor.confirmCode",
  ]);
  expect(steps.at(-1)?.snapshot).toBe(flow.actor.getSnapshot());
  const text = JSON.stringify(steps.map(({ event, snapshot }) => ({ event, snapshot })));
  expect(text).not.toContain(service.codes.email ?? "no code");
  expect(text).not.toContain(user.email);

  inspection.unsubscribe();
  flow.refresh();
  expect(steps).toHaveLength(5);
});
