import { createVerification, toRecord, type Known, type VerificationRecord } from "@veristep/core";
import { createFakeApi, createFakeStore, createFakeTabs, createSimulatedClock } from "@veristep/core/testing";
import { arbitraryPress, press } from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownFrom } from "../src/host/restart.js";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND } from "./flow-world.js";
import { run, send, type VerificationSnapshot } from "./pure-flow.js";
import { arbitraryInput, arbitraryMoves, make } from "./pure-flow.moves.js";

const arbitraryTabs = fc.record({
  input: arbitraryInput,
  here: arbitraryMoves,
  there: arbitraryMoves,
  isOwn: fc.boolean(),
});

/** A flow that went through anything, and the record of one of the same user in another tab that did as well. */
function tabs({ input, here, there, isOwn }: typeof arbitraryTabs extends fc.Arbitrary<infer T> ? T : never) {
  const [flow, other] = [run({ ...input, sendsWait: true }), run(input)];
  for (const move of here) make(flow, move);
  for (const move of there) make(other, move);
  const now = Math.max(flow.now.wall, other.now.wall);
  return { snapshot: flow.snapshot, record: toRecord(other.snapshot.context, now), now, isOwn };
}

const restored = (
  snapshot: VerificationSnapshot,
  record: VerificationRecord,
  { isOwn, now }: { readonly isOwn: boolean; readonly now: number },
): VerificationSnapshot => {
  // A number that was read from a record isn't the flow's own.
  const owns = isOwn && snapshot.context.contacts.phone?.ref.startsWith("contact") === true;
  const known: Known = knownFrom(record, snapshot.context, { isOwn: owns, now });
  return send(snapshot, { type: "record.restored", at: now, known });
};

/** All but the count of the reads that a restore begins. */
const essential = ({ value, context, status }: VerificationSnapshot) => ({
  value,
  status,
  context: { ...context, counters: { ...context.counters, reads: 0 } },
});

describe("B37: a flow that restarts from the record of another tab", () => {
  test("reaches the same state when it restarts twice from the same record", () => {
    const property = fc.property(arbitraryTabs, (both) => {
      const { snapshot, record, ...given } = tabs(both);
      if (snapshot.status !== "active") return;
      const once = restored(snapshot, record, given);
      expect(essential(restored(once, record, given))).toEqual(essential(once));
    });
    fc.assert(property, { numRuns: 100 });
  });

  test("keeps its evidence, sends only what its own step still has to send, and isn't sending (B1, B5)", () => {
    const property = fc.property(arbitraryTabs, (both) => {
      const { snapshot, record, ...given } = tabs(both);
      if (
        snapshot.status !== "active" ||
        snapshot.matches("awaitingRetry") ||
        snapshot.matches("checkingStatus")
      )
        return;
      const after = restored(snapshot, record, given);
      expect(after.context.evidence).toEqual(snapshot.context.evidence);
      expect(after.hasTag("confirming") || after.hasTag("retrying")).toBe(false);
      expect(after.hasTag("sending") && !snapshot.context.sendWanted).toBe(false);
      // Of a send that was cut short all is said: its code may be out.
      const isProving = after.matches("emailPending") || after.matches("phonePending");
      expect(isProving ? after.context.facts[after.context.channel].sendingSince : null).toBeNull();
    });
    fc.assert(property, { numRuns: 100 });
  });
});

const PHONES = [PHONE, OTHER_PHONE] as const;

const arbitraryScript = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("press" as const),
        tab: fc.nat({ max: 1 }),
        press: arbitraryPress,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("hold" as const, "release" as const, "settle" as const) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("advance" as const),
        ms: fc.constantFrom(SECOND, 10 * SECOND, MINUTE, 16 * MINUTE),
      }),
    },
  ),
  { minLength: 1, maxLength: 25, size: "max" },
);

/** Two tabs of one browser, in which anything is pressed, and what is seen of them from outside. */
async function play(script: typeof arbitraryScript extends fc.Arbitrary<infer S> ? S : never) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const store = createFakeStore();
  const tabs = createFakeTabs();
  let turns = 0;
  const written: number[] = [];
  const open = () => {
    const peers = tabs.open();
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, phone: PHONE },
      policy: { cooldownMs: 5 * SECOND, maxAttempts: 3 },
      clock,
      random: () => 0.5,
      store: {
        load: (userId) => store.load(userId),
        save: (record) => {
          written.push(turns);
          return store.save(record);
        },
        remove: (userId) => {
          written.push(turns);
          return store.remove(userId);
        },
      },
      peers: {
        ...peers,
        exclusively: (userId, signal, task) =>
          peers.exclusively(userId, signal, async () => {
            turns += 1;
            try {
              return await task();
            } finally {
              turns -= 1;
            }
          }),
      },
    })._unsafeUnwrap();
    flow.start();
    return flow;
  };
  const flows = [open(), open()] as const;
  await clock.settle();
  for (const step of script) {
    if (step.do === "press") {
      const flow = flows[step.tab] ?? flows[0];
      const right = fake.service.codes[flow.view().channel ?? "email"];
      press(flow, step.press, PHONES, { right, wrong: "731731" });
    } else if (step.do === "hold") {
      for (const operation of ["sendEmailCode", "confirmEmail", "sendPhoneCode", "confirmPhone"] as const)
        fake.script(operation, { hold: true });
    } else if (step.do === "release") fake.release();
    if (step.do === "advance") await clock.advance(step.ms);
    else if (step.do !== "press") await clock.settle();
  }
  // Whatever was scripted and not met is met now.
  for (let rest = script.length + 2; rest > 0; rest -= 1) {
    fake.release();
    await clock.advance(SECOND);
  }
  return { flows, written };
}

describe("two tabs with arbitrary commands", () => {
  test("B37: write only within a turn, one at a time", async () => {
    const property = fc.asyncProperty(arbitraryScript, async (script) => {
      const { written } = await play(script);
      expect(new Set(written)).toEqual(new Set(written.length === 0 ? [] : [1]));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("B37: settle without a send in flight and with the same codes", async () => {
    const property = fc.asyncProperty(arbitraryScript, async (script) => {
      const { flows } = await play(script);
      const [one, other] = flows.map((flow) => flow.view());
      expect([...(one?.activities ?? []), ...(other?.activities ?? [])]).not.toContain("sending");
      const isSameStep = one?.step === other?.step;
      expect(isSameStep ? one?.code?.generation : null).toBe(isSameStep ? other?.code?.generation : null);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
