import { defaultPolicy, type StatusResult, type VerificationInput } from "@veristep/core";
import { verificationMachine } from "@veristep/core/xstate";
import { describe, expect, test } from "vitest";
import { openFlow, withRunsElsewhere, type StoredSnapshot } from "../src/flow/hosted-flow.js";
import { sources, type RunEnd, type Work } from "../src/flow/runs.js";

const machine = withRunsElsewhere(verificationMachine);
const input: VerificationInput = {
  at: 1_000,
  userId: 7,
  flowId: "flow",
  policy: defaultPolicy,
  contacts: { email: { ref: "contact-0", masked: "p•••@example.com" }, phone: null },
};

/** A flow that is stored as text and resumed between any two events. */
function durably() {
  let nextRun = 1;
  let text: string | null = null;
  const begun: Array<{ readonly run: number; readonly work: Work }> = [];
  const turn = <T>(act: (flow: ReturnType<typeof openFlow>) => T): T => {
    // Our own JSON.
    const from = text === null ? { input } : { stored: JSON.parse(text) as StoredSnapshot };
    const flow = openFlow(machine, from, {
      onRun: (work) => {
        begun.push({ run: nextRun, work });
        return nextRun++;
      },
    });
    const result = act(flow);
    text = JSON.stringify(flow.stored());
    return result;
  };
  return { begun, turn, text: () => text };
}

const at = 1_010;
const unverified: RunEnd = {
  kind: "done",
  result: {
    startedAt: 1_005,
    at,
    roll: 0.5,
    outcome: { ok: true, value: { isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 } },
  } satisfies StatusResult,
};

describe("a hosted flow", () => {
  test("has every actor of the machine done elsewhere", () => {
    expect(Object.keys(verificationMachine.implementations.actors).sort()).toEqual([...sources].sort());
  });

  test("begins each run once, however often the flow resumes", () => {
    const { begun, turn } = durably();
    for (let turns = 0; turns < 3; turns += 1) turn(() => {});
    expect(begun.map(({ work }) => work.src)).toEqual(["readStatus"]);
    expect(turn((flow) => flow.end(1, unverified))?.src).toBe("readStatus");
    expect(begun.map(({ work }) => work.src)).toEqual(["readStatus", "sendCode"]);
  });

  test("B4: drops the end of a run that the machine has left, and of one that has ended", () => {
    const { turn, text } = durably();
    turn(() => {});
    turn((flow) => flow.end(1, unverified));
    const before = text();
    expect(turn((flow) => flow.end(1, unverified))).toBeNull();
    expect(turn((flow) => flow.end(99, unverified))).toBeNull();
    expect(text()).toBe(before);
  });

  test("tells a repeated read from the one before it by its run (B4)", () => {
    const { begun, turn } = durably();
    turn(() => {});
    turn((flow) => flow.end(1, unverified));
    turn((flow) => flow.send({ type: "refresh.requested", at }));
    turn((flow) => flow.send({ type: "status.wanted" }));
    const [first, second] = begun.filter(({ work }) => work.src === "readStatus").slice(1);
    expect([first?.run, second?.run]).toEqual([3, 4]);
    expect(turn((flow) => flow.end(3, unverified))).toBeNull();
    expect(turn((flow) => flow.end(4, unverified))?.src).toBe("readStatus");
  });

  test("ends as a defect when a call threw", () => {
    const { turn } = durably();
    turn(() => {});
    turn((flow) => flow.end(1, { kind: "threw" }));
    turn((flow) => {
      expect(flow.snapshot().output).toEqual({ kind: "failed", failure: { kind: "defect" } });
      expect(flow.failed()).toBe(false);
    });
  });

  test("stores the same text when the turns are the same", () => {
    const [one, other] = [durably(), durably()];
    for (const flow of [one, other]) {
      flow.turn(() => {});
      flow.turn((open) => open.end(1, unverified));
      flow.turn((open) => open.send({ type: "cancel.requested", at: 1_020 }));
    }
    expect(one.text()).toBe(other.text());
  });
});
