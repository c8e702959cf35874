import { view } from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { apiFailures } from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import {
  activeIn,
  actorIds,
  done,
  isCall,
  isWait,
  run,
  threw,
  written,
  type Cause,
  type PureRun,
  type Step,
} from "./pure-flow.js";
import { arbitraryInput, arbitraryInterrupted, arbitraryMoves, interrupt, make } from "./pure-flow.moves.js";
import { watchFlow } from "./pure-flow.watch.js";

/** Raise it for a long search: `VERISTEP_SEED=random VERISTEP_RUNS=20000 npx vitest run --project core pure-transitions`. */
const numRuns = Number(process.env["VERISTEP_RUNS"] ?? 250);

function said(cause: Cause): string {
  switch (cause.kind) {
    case "start":
      return "start";
    case "call":
      return `${cause.actor.id} answers ${JSON.stringify(cause.ending)}`;
    case "wait":
      return `${cause.actor.id} ends`;
    case "person":
      return `person: ${JSON.stringify({ ...cause.event, at: undefined })}`;
    case "late":
      return `too late: ${cause.id}`;
  }
}

/** What an observer can't see of a step: the machine agrees with its view, and has plain data and separate keys. */
function unsound({ cause, before, after, began, at: { wall: at } }: Step): string | null {
  const isSame =
    isDeepStrictEqual(before.value, after.value) && isDeepStrictEqual(before.context, after.context);
  if (cause.kind === "late" && (!isSame || began.length > 0)) return "a late end changes something (B4)";
  const keys = activeIn(after)
    .filter(isCall)
    .map(({ input }) => input.idempotencyKey);
  if (new Set(keys).size < keys.length) return "two calls at once have the same key (B40)";
  if (after.status === "error") return `the flow broke in ${written(after.value)}`;
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(after.context)), after.context))
    return "the context isn't plain JSON (B30)";
  const { resend, code, announcement, failure } = view(after, at);
  if (resend !== null && resend.allowed !== after.can({ type: "resend.requested", at }))
    return "resend.allowed isn't what the machine does (B7)";
  if (code !== null && code.canSubmit !== after.can({ type: "code.submitted", at, codeRef: "code" }))
    return "code.canSubmit isn't what the machine does (B16)";
  const sentAs = { codeSent: "yes", codeReplaced: "yes", codePerhapsSent: "perhaps", noCodeSent: "no" };
  const said = Object.entries(sentAs).find(([key]) => key === announcement)?.[1] ?? null;
  if (said !== null && said !== code?.sent)
    return `${announcement} is announced, and the code was sent: ${code?.sent}`;
  const { cooldown, lock } = after.context.facts[after.context.channel];
  const isOver = failure?.about !== "status" && cooldown === null && lock === null;
  return failure?.kind === "throttled" && isOver ? "a wait is shown that is over (B62)" : null;
}

/** Plays a sequence of moves, perhaps on a flow that resumes another one. @returns the first broken rule, and the trace */
function play({ interrupted, input: fresh, moves }: Case) {
  const watched = watchFlow(interrupted?.input ?? fresh);
  const trace: string[] = [];
  const reached = new Set<string>();
  const broken: string[] = [];
  const observe = (step: Step) => {
    watched.observe(step);
    const [violation] = watched.violations;
    const why = violation === undefined ? unsound(step) : `${violation.rule}: ${violation.why}`;
    if (why !== null) broken.push(why);
    const began = step.began.map(({ id }) => id).join(", ");
    reached.add(written(step.after.value));
    trace.push(
      `${new Date(step.at.wall).toISOString()}  ${said(step.cause)}  ->  ${written(step.after.value)}  [${began}]`,
    );
  };
  const input = interrupted === null ? fresh : interrupt(interrupted, observe);
  if (interrupted !== null) {
    watched.restart(interrupted.gap, input.facts !== undefined);
    trace.push(JSON.stringify({ facts: input.facts, onFile: input.onFile, contacts: input.contacts }));
  }
  const flow = run(input, observe);
  for (const move of moves) {
    // A service that has called a contact verified doesn't take it back.
    if (move.do === "answer") {
      const isEmailVerified = move.status.isEmailVerified || watched.isVerified("email");
      const isPhoneVerified = move.status.isPhoneVerified || watched.isVerified("phone");
      make(flow, { ...move, status: { ...move.status, isEmailVerified, isPhoneVerified } });
    } else make(flow, move);
  }
  return { trace, reached, broken: broken[0] ?? null };
}

const arbitraryCase = (isInterrupted: boolean) =>
  fc.record({
    interrupted: isInterrupted ? arbitraryInterrupted : fc.constant(null),
    input: arbitraryInput,
    moves: arbitraryMoves,
  });

type Case = ReturnType<typeof arbitraryCase> extends fc.Arbitrary<infer T> ? T : never;

describe.each([
  ["a new flow", false],
  // The rules hold over a reload as well (B31, B32).
  ["a flow that resumes", true],
] as const)("whatever happens, in any order, to %s", (_name, isInterrupted) => {
  test("no rule of the simulation is broken, and the search covers many states (B1-B9, B12-B18, B30-B34)", () => {
    const reached = new Set<string>();
    let steps = 0;
    const property = fc.property(arbitraryCase(isInterrupted), (one) => {
      const played = play(one);
      for (const state of played.reached) reached.add(state);
      steps += played.trace.length;
      expect(played.broken === null ? null : `${played.broken}\n${played.trace.join("\n")}`).toBeNull();
    });
    fc.assert(property, { numRuns });
    expect(reached.size).toBeGreaterThan(100);
    expect(steps).toBeGreaterThan(numRuns * 8);
  }, 600_000);
});

/** Lets everything that is under way fail, and every wait for a repeat end, until nothing happens by itself. */
function failOn(flow: PureRun, next: () => number): { readonly requests: number; readonly endless: boolean } {
  let requests = 0;
  for (let step = 0; step < 400; step += 1) {
    const call = flow.active().find(isCall);
    const repeat = flow
      .active()
      .filter(isWait)
      .find(({ id }) => /^waitTo(Send|Confirm|Read)/.test(id));
    if (call !== undefined) {
      requests += 1;
      const failed = apiFailures[next() % apiFailures.length] ?? failure.unreachable;
      flow.finish(call, { ok: false, failure: failed }, 0.999);
    } else if (repeat === undefined) return { requests, endless: false };
    else flow.endWait(repeat);
  }
  return { requests, endless: true };
}

describe("once everything fails", () => {
  test("B14: from wherever it is, the flow makes a bounded number of requests by itself", () => {
    const rolls = fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 });
    const property = fc.property(arbitraryInput, arbitraryMoves, rolls, (input, moves, chosen) => {
      const flow = run(input);
      for (const move of moves) make(flow, move);
      let turn = 0;
      const { requests, endless } = failOn(flow, () => chosen[turn++ % chosen.length] ?? 0);
      expect(endless).toBe(false);
      // At the most there are under way a send, a read in the background, and a code: its confirm, the read before
      // its verdict, the second try and the read after that.
      expect(requests).toBeLessThanOrEqual((input.policy.retry.maxRetries + 1) * 6);
    });
    fc.assert(property, { numRuns: Math.ceil(numRuns / 4) });
  });
});

describe("an actor that throws, where it must not", () => {
  test("B5, B16: ends the flow as a defect, and never as verified; a late one changes nothing", () => {
    const property = fc.property(arbitraryInput, arbitraryMoves, (input, moves) => {
      const flow = run(input);
      for (const move of moves) make(flow, move);
      const { snapshot } = flow;
      const active = new Set(flow.active().map(({ id }) => id));
      for (const id of actorIds) {
        const after = threw(snapshot, id);
        const ended = after.context.failedBecause?.kind === "defect";
        expect(active.has(id) ? ended : isDeepStrictEqual(after.value, snapshot.value)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: Math.ceil(numRuns / 8) });
  });

  test("B4: every actor that the machine can run is known to these tests", () => {
    const seen = new Set<string>();
    for (const [input, moves] of fc.sample(fc.tuple(arbitraryInput, arbitraryMoves), { numRuns, seed: 7 })) {
      const flow = run(input, ({ began }) => {
        for (const { id } of began) seen.add(id);
      });
      for (const move of moves) make(flow, move);
    }
    expect([...seen].filter((id) => !actorIds.some((known) => known === id))).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(actorIds.length);
  });

  test("B4: a late end is fed in the very form that a timely one has", () => {
    const flow = run({ ...(fc.sample(arbitraryInput, { numRuns: 1, seed: 1 })[0] ?? raise()) });
    const outcome = {
      ok: true,
      value: { isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 },
    };
    const after = done(flow.snapshot, "readStatus", { startedAt: 1, at: 2, roll: 0, outcome });
    expect(after.matches("checkingStatus")).toBe(false);
  });
});

function raise(): never {
  throw new Error("fast-check gave no sample");
}
