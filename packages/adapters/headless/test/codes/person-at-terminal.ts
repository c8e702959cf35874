import { setImmediate as turn } from "node:timers/promises";
import { createVerification, type PolicyOptions } from "@veristep/core";
import { createFakeApi, createSimulatedClock, type FakeApi } from "@veristep/core/testing";
import { promptCodes, runVerifyContact } from "@veristep/headless";
import { createFakeTerminal } from "./fake-terminal.js";

/** Lets all that is ready run. */
export const settle = async () => {
  for (let turns = 0; turns < 30; turns += 1) await turn();
};

/** A whole flow, on simulated time, with a user at a terminal. */
export function start(prepare: (fake: FakeApi) => void = () => {}, policy: PolicyOptions = {}) {
  const terminal = createFakeTerminal();
  const clock = createSimulatedClock();
  const fake = createFakeApi("person@example.com");
  prepare(fake);
  const verification = createVerification({
    api: fake.api,
    user: { id: 7, email: "person@example.com" },
    clock,
    policy,
  })._unsafeUnwrap();
  const result = runVerifyContact({
    verification,
    userId: 7,
    codes: promptCodes({ input: terminal.input, output: terminal.output, clock }),
    clock,
  });
  const go = async (ms = 1) => {
    await clock.advance(ms);
    await settle();
  };
  return {
    ...terminal,
    fake,
    verification,
    result,
    go,
    clock,
    type: async (keys: string) => {
      terminal.type(keys);
      await settle();
      await go();
    },
  };
}
