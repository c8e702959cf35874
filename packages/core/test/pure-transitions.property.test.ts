import type { VerificationInput } from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { apiFailures } from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import {
  actorIds,
  done,
  isCall,
  isWait,
  run,
  threw,
  written,
  type Cause,
  type PureRun,
} from "./pure-flow.js";
import { arbitraryInput, arbitraryMoves, arbitraryRestored, make, type Move } from "./pure-flow.moves.js";
import { openBooks, type Rule } from "./pure-flow.rules.js";

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

/** What a sequence of moves did, and what it broke. */
function play(input: VerificationInput, moves: readonly Move[]) {
  const books = openBooks(input);
  const { facts, onFile, contacts } = input;
  const trace: string[] = facts === undefined ? [] : [JSON.stringify({ facts, onFile, contacts })];
  const reached = new Set<string>();
  const flow = run(input, (step) => {
    books.observe(step);
    const began = step.began.map(({ id }) => id).join(", ");
    const state = written(step.after.value);
    reached.add(state);
    trace.push(`+${step.at.wall - input.at} ms  ${said(step.cause)}  ->  ${state}  [${began}]`);
  });
  for (const move of moves) make(flow, move);
  return { flow, trace, reached, broken: books.broken };
}

type Played = ReturnType<typeof play>;

/** What broke a rule, and what really happened, in the flow's own words; null when it holds. */
function breach(rule: Rule, { broken, trace }: Pick<Played, "broken" | "trace">): string | null {
  const one = broken.find((candidate) => candidate.rule === rule);
  return one === undefined ? null : `${one.why}\n${trace.join("\n")}`;
}

const rules: ReadonlyArray<readonly [Rule, string]> = [
  ["B1", "no second send begins by itself, and none is repeated after silence"],
  ["B3", "at most one send and one confirm are under way"],
  ["B4", "the end of an actor that isn't under way changes nothing"],
  ["B5", "verified needs a confirm's success or a flag of the status; a 204 is none"],
  ["B6", "an accepted send is followed by a read when the contact may be verified already"],
  ["B7", "no send begins within the cooldown; one that may have gone out restarts it, a failed one doesn't"],
  ["B8", "wrong codes count over resends; locked, nothing is confirmed and no code is sent in vain"],
  ["B9", "a resend ends the confirm of the old code; generations count what went out"],
  ["B14", "repeats are as many as the policy says, and wait no longer"],
  ["B15", "evidence stays, and a failure after the e-mail isn't about it"],
  ["B16", "where it rests, it asks for something or something is under way"],
  ["B17", "a number is named as verified only if it can't be another one"],
  ["maxSendsPerWindow", "(B7) no send begins after as many as the window allows"],
  ["idempotency", "(B40) calls that are under way at once have keys of their own"],
  ["view", "(B7, B16) the view offers what the machine takes, and its deadlines are true"],
  ["plain", "(B30) the context is plain JSON, and no event breaks the flow"],
  ["record", "(B32, B33) the flow's own record is taken back as it is"],
];

const beginnings = [
  ["a new flow", arbitraryInput, 100],
  // B31 and B32: every rule above holds over a reload as well: the books are opened from the record.
  ["a flow that is taken up again", arbitraryRestored, 100],
] as const;

describe.each(beginnings)("whatever happens, in any order, to %s", (_name, arbitrary, atLeast) => {
  const seed = fc.readConfigureGlobal().seed ?? 1;
  const firstBroken = new Map<Rule, Played>();
  const reached = new Set<string>();
  let steps = 0;

  // One sweep looks for all rules at once. A broken one is looked for again, and shrunk, by its own test.
  beforeAll(() => {
    for (const [input, moves] of fc.sample(fc.tuple(arbitrary, arbitraryMoves), { numRuns, seed })) {
      const played = play(input, moves);
      for (const { rule } of played.broken) {
        if (!firstBroken.has(rule)) firstBroken.set(rule, played);
      }
      for (const state of played.reached) reached.add(state);
      steps += played.trace.length;
    }
  }, 600_000);

  test.each(rules)("%s: %s", (rule) => {
    const found = firstBroken.get(rule);
    const property = fc.property(arbitrary, arbitraryMoves, (input, moves) => {
      expect(breach(rule, play(input, moves))).toBeNull();
    });
    // Looked for once more where it was broken, so that fast-check shrinks it.
    fc.assert(property, { numRuns: found === undefined ? 1 : numRuns, seed });
    expect(found === undefined ? null : breach(rule, found)).toBeNull();
  });

  test("B16: the search gets about", ({ annotate }) => {
    expect(reached.size).toBeGreaterThan(atLeast);
    expect(steps).toBeGreaterThan(numRuns * 8);
    return annotate(`${numRuns} flows, ${steps} steps, ${reached.size} combinations of states; seed ${seed}`);
  });
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
