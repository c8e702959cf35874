import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Known } from "@veristep/core";
import {
  arbitraryInput,
  arbitraryMoves,
  arbitraryRestored,
  EMAIL_CONTACT,
  make,
  PHONES,
} from "../pure-flow.moves.js";
import { activeIn, run, send, threw, watchSteps } from "../pure-flow.js";
import { lockStep } from "./lock-step.js";
import type { VerificationSnapshot } from "../pure-flow.js";

/** Records of another tab that arrive in the middle of a flow. */
const recordsOfOtherTabs = (snapshot: VerificationSnapshot): readonly Known[] => {
  const { facts, contacts, onFile, now } = snapshot.context;
  return [
    { contacts, facts, onFile, otherPhoneTried: false },
    {
      contacts: { email: EMAIL_CONTACT, phone: PHONES[1] ?? null },
      facts,
      onFile: null,
      otherPhoneTried: true,
    },
    {
      contacts,
      facts: {
        email: { ...facts.email, generation: facts.email.generation + 1 },
        phone: { ...facts.phone, sendingSince: now },
      },
      onFile: null,
      otherPhoneTried: false,
    },
    {
      contacts: { email: EMAIL_CONTACT, phone: null },
      facts: {
        ...facts,
        email: { ...facts.email, lock: { until: now + 5_000, lengthMs: 5_000, by: "service" } },
      },
      onFile: null,
      otherPhoneTried: false,
    },
  ];
};

const internal = ["code.sent", "status.wanted", "code.superseded"] as const;

/** `npm run lock-step` searches longer than the gate does. */
const numRuns = Number(process.env["LOCK_STEP_RUNS"] ?? 250);

describe("the compiled chart", () => {
  afterEach(() => {
    watchSteps(null);
  });

  it("agrees with XState after every event of every flow", { timeout: 3_600_000 }, () => {
    const { watcher, tally } = lockStep();
    watchSteps(watcher);
    fc.assert(
      fc.property(
        fc
          .tuple(fc.oneof(arbitraryInput, arbitraryInput, arbitraryRestored), fc.boolean())
          .map(([input, sendsWait]) => Object.assign({}, input, { sendsWait })),
        arbitraryMoves,
        fc.constantFrom("cancel", "defect", "stranger's defect", "other tabs", "internal", "host", "nothing"),
        fc.tuple(fc.nat(3), fc.nat(3)),
        (input, moves, ending, tabs) => {
          const flow = run(input);
          for (const move of moves) make(flow, move);
          let { snapshot } = flow;
          if (snapshot.status !== "active") return;
          const [actor] = activeIn(snapshot);
          if (ending === "cancel") flow.person((at) => ({ type: "cancel.requested", at }));
          if (ending === "defect" && actor !== undefined) threw(snapshot, actor.id);
          if (ending === "stranger's defect") threw(snapshot, "nobody");
          if (ending === "internal")
            // Raised by the chart itself; from outside they come at any time.
            for (const type of internal) snapshot = send(snapshot, { type });
          if (ending === "host")
            for (const type of ["send.begun", "record.removed"] as const)
              snapshot = send(snapshot, { type, at: snapshot.context.now });
          if (ending !== "other tabs") return;
          for (const tab of tabs) {
            const known = recordsOfOtherTabs(snapshot)[tab];
            if (known === undefined || snapshot.status !== "active") return;
            snapshot = send(snapshot, { type: "record.restored", at: snapshot.context.now, known });
          }
        },
      ),
      { numRuns },
    );
    expect(tally.steps).toBeGreaterThan(numRuns * 10);
    expect(tally.values.size).toBeGreaterThan(100);
    expect(tally.unchanged).toBeGreaterThan(0);
    expect([...tally.statuses].sort()).toEqual(["active", "done", "error"]);
    if (numRuns > 250)
      process.stdout.write(
        `${numRuns} sequences, ${tally.steps} steps, ${tally.values.size} state values, ${tally.questions} questions of can(): no difference\n`,
      );
  });
});
