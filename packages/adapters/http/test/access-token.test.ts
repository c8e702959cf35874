import type { TokenRequest } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { calls, json, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { deferred, type Deferred } from "./support/deferred.js";
import { never, stubApi, type Sent } from "./support/stub-api.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const tokenUnavailable = { kind: "tokenUnavailable", traceId: null, origin: "client" };
const unauthorized = { kind: "unauthorized", traceId: null, origin: "service" };
const unreachable = { kind: "unreachable", traceId: null, origin: "client" };
const timeout = { kind: "noAnswer", reason: "timeout", traceId: null, origin: "client" };

/** A getToken that a test answers by hand, with the requests that it got. */
function tokenDesk() {
  const asked: TokenRequest[] = [];
  const replies: Array<Deferred<string>> = [];
  return {
    asked,
    reply: (index: number) => {
      const reply = replies[index];
      if (reply === undefined) throw new Error("not asked yet");
      return reply;
    },
    getToken: (request: TokenRequest) => {
      asked.push(request);
      const reply = deferred<string>();
      replies.push(reply);
      return reply.promise;
    },
  };
}

/** A getToken that gives token-1, token-2, …, with the reasons that it got. */
function tokenCounter() {
  const asked: string[] = [];
  return {
    asked,
    getToken: ({ reason }: TokenRequest) => {
      asked.push(reason);
      return `token-${asked.length}`;
    },
  };
}

/** A fetch whose answers a test gives by hand. */
function answerDesk() {
  const answers: Array<Deferred<Response>> = [];
  return {
    respond: () => {
      const answer = deferred<Response>();
      answers.push(answer);
      return answer.promise;
    },
    answer: (index: number, response: Response) => {
      const answer = answers[index];
      if (answer === undefined) throw new Error("not sent yet");
      answer.resolve(response);
    },
  };
}

const throwing = () => {
  throw new Error("no");
};

const bearerOf = (sent: Sent | undefined) =>
  new Headers(sent?.init.headers).get("authorization")?.replace("Bearer ", "");

/** A service that takes these tokens, and answers 401 to any other. */
const taking =
  (...tokens: readonly string[]) =>
  (sent: Sent) =>
    tokens.includes(bearerOf(sent) ?? "") ? successOf("status") : json(401, { traceId: "t-1" });

describe("getting a token", () => {
  test("asks once and keeps the token", async () => {
    const { asked, getToken } = tokenCounter();
    const { api, sent } = stubApi(() => successOf("status"), { getToken });
    await outcomeOf(calls.status(api));
    await outcomeOf(calls.status(api));
    expect(asked).toEqual(["first"]);
    expect(sent.map(bearerOf)).toEqual(["token-1", "token-1"]);
  });

  test("shares one request for it between the calls that wait (B11, B45)", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const outcomes = [1, 2, 3].map(() => outcomeOf(calls.status(api)));
    await clock.settle();
    expect(desk.asked).toHaveLength(1);
    desk.reply(0).resolve("token-1");
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toHaveProperty("ok");
    expect(sent).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  test("leaves the request to the other callers when one aborts", async () => {
    const desk = tokenDesk();
    const { api, clock } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const abort = new AbortController();
    const gone = outcomeOf(calls.status(api, { signal: abort.signal }));
    const staying = outcomeOf(calls.status(api));
    await clock.settle();
    abort.abort();
    expect(await gone).toEqual(unreachable);
    expect(desk.asked[0]?.signal.aborted).toBe(false);
    desk.reply(0).resolve("token-1");
    expect(await staying).toHaveProperty("ok");
    expect(desk.asked).toHaveLength(1);
  });

  test("ends the request when the last caller aborts, and the next call starts another", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const abort = new AbortController();
    const calling = [1, 2].map(() => outcomeOf(calls.status(api, { signal: abort.signal })));
    await clock.settle();
    abort.abort();
    await Promise.all(calling);
    expect(desk.asked[0]?.signal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    const next = outcomeOf(calls.status(api));
    await clock.settle();
    desk.reply(0).resolve("too-late");
    desk.reply(1).resolve("token-2");
    expect(await next).toHaveProperty("ok");
    expect(sent.map(bearerOf)).toEqual(["token-2"]);
  });

  test("asks again after a request for it failed", async () => {
    const desk = tokenDesk();
    const { api, clock } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const failing = [1, 2].map(() => outcomeOf(calls.status(api)));
    await clock.settle();
    desk.reply(0).reject(new Error("no"));
    for (const outcome of await Promise.all(failing)) expect(outcome).toEqual(tokenUnavailable);
    const next = outcomeOf(calls.status(api));
    await clock.settle();
    desk.reply(1).resolve("token-1");
    expect(await next).toHaveProperty("ok");
    expect(desk.asked.map(({ reason }) => reason)).toEqual(["first", "first"]);
  });

  test("gives up a request that hangs, so that later calls get another one", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const first = outcomeOf(calls.status(api));
    await clock.advance(9_000);
    const joined = outcomeOf(calls.status(api));
    await clock.advance(1_000);
    expect(await Promise.all([first, joined])).toEqual([tokenUnavailable, tokenUnavailable]);
    expect(desk.asked[0]?.signal.aborted).toBe(true);
    const next = outcomeOf(calls.status(api));
    await clock.settle();
    desk.reply(1).resolve("token-1");
    expect(await next).toHaveProperty("ok");
    expect(sent.map(bearerOf)).toEqual(["token-1"]);
  });

  const useless: Record<string, unknown> = {
    "an empty text": "",
    blanks: "  ",
    "a text with a line break": "token\r\nX-Evil: 1",
    "a text with a NUL": "to\0ken",
    "a text with a blank": "Bearer token",
    "a text that no header can carry": "tokén",
    undefined,
    null: null,
    "a number": 7,
    "an object": { token: "token" },
  };
  for (const [what, token] of Object.entries(useless)) {
    for (const wrap of ["at once", "in a promise"] as const) {
      test(`is tokenUnavailable when getToken gives ${what} ${wrap}`, async () => {
        const { api, clock, sent } = stubApi(() => successOf("status"), {
          // Plain JavaScript can return this.
          getToken: () => (wrap === "at once" ? token : Promise.resolve(token)) as string,
        });
        expect(await outcomeOf(calls.status(api))).toEqual(tokenUnavailable);
        expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
      });
    }
  }

  for (const name of operationNames) {
    test(`${name}: is tokenUnavailable and sends nothing when getToken throws or rejects`, async () => {
      for (const getToken of [throwing, () => Promise.reject(new Error("no"))]) {
        const { api, clock, sent } = stubApi(() => successOf(name), { getToken });
        expect(await outcomeOf(calls[name](api))).toEqual(tokenUnavailable);
        expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
      }
    });
  }
});

describe("B11: a 401", () => {
  for (const name of operationNames) {
    test(`${name}: gets one fresh token, and the call is repeated with it`, async () => {
      const { asked, getToken } = tokenCounter();
      const { api, clock, sent } = stubApi(
        (request) => (bearerOf(request) === "token-1" ? json(401, {}) : successOf(name)),
        { getToken },
      );
      expect(await outcomeOf(calls[name](api))).toHaveProperty("ok");
      expect(asked).toEqual(["first", "expired"]);
      expect(sent.map(bearerOf)).toEqual(["token-1", "token-2"]);
      const [first, second] = sent.map(({ url, init }) => [url, init.method, init.body]);
      expect(second).toEqual(first);
      expect(clock.pending).toBe(0);
    });

    test(`${name}: is unauthorized when a second one follows, with the last trace id`, async () => {
      const { asked, getToken } = tokenCounter();
      const { api, sent, clock } = stubApi(() => json(401, { traceId: `t-${sent.length}` }), { getToken });
      expect(await outcomeOf(calls[name](api))).toEqual({ ...unauthorized, traceId: "t-2" });
      expect(asked).toEqual(["first", "expired"]);
      expect(sent).toHaveLength(2);
      expect(clock.pending).toBe(0);
    });
  }

  test("makes calls that wait share one fresh token (B45)", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(taking("token-2"), { getToken: desk.getToken });
    const refused = [1, 2, 3].map(() => outcomeOf(calls.status(api)));
    await clock.settle();
    desk.reply(0).resolve("token-1");
    await clock.settle();
    const late = outcomeOf(calls.status(api));
    await clock.settle();
    expect(desk.asked.map(({ reason }) => reason)).toEqual(["first", "expired"]);
    desk.reply(1).resolve("token-2");
    for (const outcome of await Promise.all([...refused, late])) expect(outcome).toHaveProperty("ok");
    expect(sent.slice(3).map(bearerOf)).toEqual(["token-2", "token-2", "token-2", "token-2"]);
  });

  test("repeats with the newer token when it is late, even if the newer one has the same text", async () => {
    const asked: string[] = [];
    const desk = answerDesk();
    const { api, clock } = stubApi(desk.respond, {
      getToken: ({ reason }) => {
        asked.push(reason);
        return "same-text";
      },
    });
    const slow = outcomeOf(calls.status(api));
    const quick = outcomeOf(calls.status(api));
    await clock.settle();
    desk.answer(1, json(401, {}));
    await clock.settle();
    desk.answer(2, successOf("status"));
    expect(await quick).toHaveProperty("ok");
    desk.answer(0, json(401, {}));
    await clock.settle();
    desk.answer(3, successOf("status"));
    expect(await slow).toHaveProperty("ok");
    expect(asked).toEqual(["first", "expired"]);
  });

  test("is repeated once, even if a still newer token came in the meantime", async () => {
    const { asked, getToken } = tokenCounter();
    const desk = answerDesk();
    const { api, clock, sent } = stubApi(desk.respond, { getToken });
    const slow = outcomeOf(calls.status(api));
    await clock.settle();
    desk.answer(0, json(401, {}));
    await clock.settle();
    // The second token expires as well, and another call hears of it first.
    const other = outcomeOf(calls.status(api));
    await clock.settle();
    desk.answer(2, json(401, {}));
    await clock.settle();
    desk.answer(1, json(401, {}));
    expect(await slow).toEqual(unauthorized);
    desk.answer(3, successOf("status"));
    expect(await other).toHaveProperty("ok");
    expect(sent.map(bearerOf)).toEqual(["token-1", "token-2", "token-2", "token-3"]);
    expect(asked).toHaveLength(3);
  });

  test("is not repeated when a fetch got it from another origin (B21)", async () => {
    const followed = Object.defineProperty(json(401, {}), "redirected", { value: true });
    const { api, sent } = stubApi(() => followed);
    expect(await outcomeOf(calls.status(api))).toMatchObject({ kind: "protocol", problem: "redirect" });
    expect(sent).toHaveLength(1);
  });

  for (const name of operationNames) {
    test(`${name}: settles at once when it is aborted while it waits for the fresh token (B28)`, async () => {
      const desk = tokenDesk();
      const { api, clock, sent } = stubApi(() => json(401, {}), { getToken: desk.getToken });
      const abort = new AbortController();
      const outcome = outcomeOf(calls[name](api, { signal: abort.signal }));
      await clock.settle();
      desk.reply(0).resolve("token-1");
      await clock.settle();
      abort.abort();
      expect(await outcome).toEqual(unreachable);
      expect(desk.asked[1]?.signal.aborted).toBe(true);
      desk.reply(1).resolve("token-2");
      await clock.settle();
      expect({ sent: sent.length, pending: clock.pending }).toEqual({ sent: 1, pending: 0 });
    });
  }

  test("changes nothing when it comes after the caller has gone", async () => {
    const { asked, getToken } = tokenCounter();
    const desk = answerDesk();
    const { api, clock, sent } = stubApi(desk.respond, { getToken });
    const abort = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: abort.signal }));
    await clock.settle();
    abort.abort();
    expect(await outcome).toEqual({ kind: "noAnswer", reason: "aborted", traceId: null, origin: "client" });
    desk.answer(0, json(401, {}));
    await clock.settle();
    expect(asked).toEqual(["first"]);
    expect(sent).toHaveLength(1);
    void outcomeOf(calls.status(api));
    await clock.settle();
    expect(asked).toEqual(["first"]);
    expect(sent.map(bearerOf)).toEqual(["token-1", "token-1"]);
  });
});

describe("B20: one deadline covers a whole call", () => {
  test("token, request, second token and repeat together", async () => {
    const tokens = tokenDesk();
    const answers = answerDesk();
    const { api, clock, sent } = stubApi(answers.respond, { getToken: tokens.getToken });
    const outcome = outcomeOf(calls.status(api));
    await clock.advance(3_000);
    tokens.reply(0).resolve("token-1");
    await clock.advance(3_000);
    answers.answer(0, json(401, {}));
    await clock.advance(3_000);
    tokens.reply(1).resolve("token-2");
    await clock.advance(999);
    expect(sent).toHaveLength(2);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await outcome).toEqual(timeout);
    expect(sent[1]?.init.signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("is tokenUnavailable when it passes while the call waits for its first token", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(() => never(), { getToken: desk.getToken });
    const outcome = outcomeOf(calls.status(api));
    await clock.advance(10_000);
    expect(await outcome).toEqual(tokenUnavailable);
    expect(desk.asked[0]?.signal.aborted).toBe(true);
    expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
  });

  test("is tokenUnavailable when it passes while the call waits for its second token", async () => {
    const tokens = tokenDesk();
    const answers = answerDesk();
    const { api, clock, sent } = stubApi(answers.respond, { getToken: tokens.getToken });
    const outcome = outcomeOf(calls.sendEmailCode(api));
    await clock.settle();
    tokens.reply(0).resolve("token-1");
    await clock.advance(6_000);
    answers.answer(0, json(401, {}));
    await clock.advance(4_000);
    expect(await outcome).toEqual(tokenUnavailable);
    expect(tokens.asked[1]?.signal.aborted).toBe(true);
    tokens.reply(1).resolve("token-2");
    await clock.settle();
    expect({ sent: sent.length, pending: clock.pending }).toEqual({ sent: 1, pending: 0 });
  });
});

describe("a fresh token that is refused at once (gravitino#12531)", () => {
  const world = () => {
    const counter = tokenCounter();
    const accepted = new Set<string>();
    const stub = stubApi((sent) => taking(...accepted)(sent), { getToken: counter.getToken });
    const kind = async () => {
      const outcome = await outcomeOf(calls.status(stub.api));
      return "kind" in outcome ? outcome.kind : "ok";
    };
    return { ...counter, ...stub, accepted, kind };
  };

  test("is not replaced for a second, then two, up to a minute; each call costs one request", async () => {
    const { kind, asked, sent, clock } = world();
    expect(await kind()).toBe("unauthorized");
    let requests = 2;
    let tokens = 2;
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await kind()).toBe("unauthorized");
      await clock.advance(seconds * 1_000 - 1);
      expect(await kind()).toBe("unauthorized");
      requests += 2;
      expect([sent.length, asked.length]).toEqual([requests, tokens]);
      await clock.advance(1);
      expect(await kind()).toBe("unauthorized");
      requests += 2;
      tokens += 1;
      expect([sent.length, asked.length]).toEqual([requests, tokens]);
    }
    expect(clock.pending).toBe(0);
  });

  test("costs one token even if many calls are refused at the same time", async () => {
    const { kind, asked, sent, clock } = world();
    await Promise.all([1, 2, 3, 4, 5].map(kind));
    expect([sent.length, asked.length]).toEqual([10, 2]);
    await clock.advance(1_000);
    await Promise.all([1, 2, 3, 4, 5].map(kind));
    expect(asked).toHaveLength(3);
    await clock.advance(1_999);
    await kind();
    expect(asked).toHaveLength(3);
    await clock.advance(1);
    await kind();
    expect(asked).toHaveLength(4);
  });

  test("is used again as soon as the service takes it", async () => {
    const { kind, accepted, asked } = world();
    await kind();
    accepted.add("token-2");
    expect(await kind()).toBe("ok");
    expect(asked).toHaveLength(2);
  });

  test("starts over with a second after a token that helped", async () => {
    const { kind, accepted, asked, clock } = world();
    await kind();
    await clock.advance(1_000);
    accepted.add("token-3");
    expect(await kind()).toBe("ok");
    accepted.clear();
    expect(await kind()).toBe("unauthorized");
    expect(asked).toHaveLength(4);
    await clock.advance(1_000);
    accepted.add("token-5");
    expect(await kind()).toBe("ok");
    expect(asked).toHaveLength(5);
  });

  test("is replaced at once when it was in use for a minute", async () => {
    const tokens = tokenCounter();
    const answers = answerDesk();
    const { api, clock } = stubApi(answers.respond, { getToken: tokens.getToken, timeoutMs: 100_000 });
    const slow = outcomeOf(calls.status(api));
    const quick = outcomeOf(calls.status(api));
    await clock.settle();
    answers.answer(1, json(401, {}));
    await clock.settle();
    answers.answer(2, successOf("status"));
    await quick;
    await clock.advance(60_000);
    answers.answer(0, json(401, {}));
    await clock.settle();
    answers.answer(3, json(401, {}));
    expect(await slow).toEqual(unauthorized);
    const next = outcomeOf(calls.status(api));
    await clock.settle();
    answers.answer(4, successOf("status"));
    expect(await next).toHaveProperty("ok");
    expect(tokens.asked).toHaveLength(3);
  });

  test("is replaced when the clock was set back", async () => {
    const { kind, asked, clock } = world();
    await kind();
    clock.setTime(clock.now() - 3_600_000);
    await kind();
    expect(asked).toHaveLength(3);
  });
});
