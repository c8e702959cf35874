import type { ApiFailure } from "@veristep/core";
import type { TokenRequest } from "@veristep/http";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { calls, json, outcomeOf, successOf } from "./support/calls.js";
import { deferred } from "./support/deferred.js";
import { stubApi, type Sent } from "./support/stub-api.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

/** Something that happens to an adapter. `which` picks one of those that are under way. */
type Step =
  | { readonly step: "call" }
  | { readonly step: "abort" | "answer" | "breakOff"; readonly which: number }
  | { readonly step: "token"; readonly which: number; readonly is: "good" | "bad" | "none" }
  /** The service takes no token any more that it took so far. */
  | { readonly step: "revoke" }
  | { readonly step: "wait"; readonly ms: number };

/** How long until the next step: a few promises, or as long as it takes until nothing moves. */
const pauses = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 9 }) },
  { weight: 1, arbitrary: fc.constant("settled" as const) },
);

const which = fc.nat({ max: 9 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant("call" as const) }) },
  { weight: 5, arbitrary: fc.record({ step: fc.constant("answer" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("token" as const),
      which,
      is: fc.constantFrom("good", "good", "good", "bad", "none"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constantFrom("abort" as const, "breakOff" as const), which }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("revoke" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant("wait" as const), ms: fc.constantFrom(1, 900, 4_000, 70_000) }),
  },
);

/** The requests of one call, and its outcome. */
interface Call {
  readonly startedAt: number;
  readonly abort: AbortController;
  readonly requests: Array<{ readonly token: string; answered: number | null }>;
  outcome: { ok: unknown } | ApiFailure | null;
}

interface TokenCall {
  readonly request: TokenRequest;
  readonly reply: ReturnType<typeof deferred<string>>;
  given: string | null;
  isOver: boolean;
}

/** An adapter, its service and its token server, all of them driven by steps. */
function createWorld() {
  const started: Call[] = [];
  const tokens: TokenCall[] = [];
  const inFlight: Array<{ call: Call; sent: Sent; reply: ReturnType<typeof deferred<Response>> }> = [];
  const good = new Set<string>();
  const refused = new Set<string>();
  // The adapter catches what a fetch or a getToken throws, so these are checked after each step.
  const broken: string[] = [];
  const demand = (isSo: boolean, otherwise: string) => {
    if (!isSo) broken.push(otherwise);
  };

  const { api, clock } = stubApi(
    (sent) => {
      const call = started[Number(/User\/(\d+)\//.exec(sent.url)?.[1]) - 1];
      if (call === undefined) throw new Error("a request of no call");
      demand(call.outcome === null, "a request after the end of its call");
      const token = String(new Headers(sent.init.headers).get("authorization")).replace("Bearer ", "");
      const before = call.requests.at(-1);
      if (before !== undefined) {
        demand(before.answered === 401, "a repeat after anything but a 401");
        demand(Number(token) > Number(before.token), "a repeat without a newer token");
      }
      call.requests.push({ token, answered: null });
      demand(call.requests.length <= 2, "a second repeat");
      const reply = deferred<Response>();
      inFlight.push({ call, sent, reply });
      return reply.promise;
    },
    {
      getToken: (request) => {
        const isOpen = tokens.some(({ isOver, request: { signal } }) => !isOver && !signal.aborted);
        demand(!isOpen, "two requests for a token at once");
        demand(!request.signal.aborted, "a request for a token that nobody waits for");
        const last = tokens.findLast(({ given }) => given !== null)?.given ?? null;
        demand(last === null || refused.has(last), "a token was dropped that was not refused");
        demand(request.reason === (last === null ? "first" : "expired"), "another reason");
        const asked: TokenCall = { request, reply: deferred(), given: null, isOver: false };
        tokens.push(asked);
        return asked.reply.promise;
      },
    },
  );

  const pick = <T>(from: readonly T[], index: number): T | undefined => from[index % from.length];

  const take = (step: Step): Promise<void> | void => {
    if (step.step === "call") {
      const abort = new AbortController();
      const call: Call = { startedAt: clock.now(), abort, requests: [], outcome: null };
      started.push(call);
      const settle = async () => {
        call.outcome = await outcomeOf(calls.status(api, { userId: started.length, signal: abort.signal }));
      };
      void settle();
    }
    if (step.step === "abort") pick(started, step.which)?.abort.abort();
    if (step.step === "answer" || step.step === "breakOff") {
      const answered = pick(inFlight, step.which);
      const request = answered?.call.requests.at(-1);
      if (answered === undefined || request === undefined) return;
      inFlight.splice(inFlight.indexOf(answered), 1);
      if (step.step === "breakOff") {
        answered.reply.reject(new TypeError("fetch failed"));
        return;
      }
      const isGood = good.has(request.token);
      request.answered = isGood ? 200 : 401;
      // An answer to a call that has ended says nothing.
      if (!isGood && answered.call.outcome === null) refused.add(request.token);
      answered.reply.resolve(isGood ? successOf("status") : json(401, {}));
    }
    if (step.step === "token") {
      const open = tokens.filter(({ isOver }) => !isOver);
      const asked = pick(open, step.which);
      if (asked === undefined) return;
      asked.isOver = true;
      const value = String(tokens.indexOf(asked) + 1);
      if (step.is === "none") asked.reply.reject(new Error("no token"));
      else {
        if (step.is === "good") good.add(value);
        if (!asked.request.signal.aborted) asked.given = value;
        asked.reply.resolve(value);
      }
    }
    if (step.step === "revoke") good.clear();
    if (step.step === "wait") return clock.advance(step.ms);
  };

  return { started, broken, clock, take };
}

test("B11, B20, B28, B45: calls, tokens and 401s in any order", async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(steps, pauses), { minLength: 20, maxLength: 60 }), async (script) => {
      const { started, broken, clock, take } = createWorld();
      for (const [step, pause] of script) {
        await take(step);
        if (pause !== "settled") for (let left = pause; left > 0; left -= 1) await Promise.resolve();
        else await clock.settle();
        if (pause !== "settled") continue;
        const isDue = ({ abort, startedAt }: Call) =>
          abort.signal.aborted || clock.now() - startedAt >= 10_000;
        expect(started.filter((call) => isDue(call) && call.outcome === null)).toEqual([]);
        expect(broken).toEqual([]);
      }
      await clock.advance(10_000);
      expect({ broken, pending: clock.pending }).toEqual({ broken: [], pending: 0 });
      for (const { outcome, requests, abort } of started) {
        const kind = outcome === null ? "pending" : "kind" in outcome ? outcome.kind : "ok";
        kinds.add(kind);
        const last = requests.at(-1)?.answered;
        const evidence: Record<string, boolean> = {
          ok: last === 200,
          unauthorized: last === 401,
          tokenUnavailable: last === undefined || last === 401,
          unreachable: abort.signal.aborted,
          noAnswer: requests.length > 0,
        };
        expect(evidence).toHaveProperty(kind, true);
      }
    }),
    { numRuns: 150 },
  );
  // The scripts reach every outcome.
  expect([...kinds].sort()).toEqual(["noAnswer", "ok", "tokenUnavailable", "unauthorized", "unreachable"]);
});
