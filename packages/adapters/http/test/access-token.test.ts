import type { TokenRequest } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { calls, json, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { deferred, type Deferred } from "./support/deferred.js";
import { never, stubApi, type Sent } from "./support/stub-api.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const tokenUnavailable = { kind: "tokenUnavailable", traceId: null, origin: "client" };
const unauthorized = { kind: "unauthorized", traceId: null, origin: "service" };

/** A getToken that is answered by hand, and notes how it was asked. */
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

const throwing = () => {
  throw new Error("no");
};

const bearerOf = (sent: Sent | undefined) => new Headers(sent?.init.headers).get("authorization");

describe("the access token", () => {
  test("is asked for once, and kept", async () => {
    const asked: string[] = [];
    const { api, sent } = stubApi(() => successOf("status"), {
      getToken: ({ reason }) => {
        asked.push(reason);
        return "token-1";
      },
    });
    await outcomeOf(calls.status(api));
    await outcomeOf(calls.status(api));
    expect(asked).toEqual(["first"]);
    expect(sent.map(bearerOf)).toEqual(["Bearer token-1", "Bearer token-1"]);
  });

  test("B11, B45: calls that wait share one request for it", async () => {
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

  test("B11: a 401 is one attempt; the next calls share one request for a new token", async () => {
    const asked: string[] = [];
    const { api, sent } = stubApi(
      (request) =>
        bearerOf(request) === "Bearer token-1" ? json(401, { traceId: "t-1" }) : successOf("status"),
      {
        getToken: ({ reason }) => {
          asked.push(reason);
          return `token-${asked.length}`;
        },
      },
    );
    expect(await outcomeOf(calls.status(api))).toEqual({ ...unauthorized, traceId: "t-1" });
    expect(sent).toHaveLength(1);
    expect(asked).toEqual(["first"]);
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(calls.status(api))));
    for (const outcome of outcomes) expect(outcome).toHaveProperty("ok");
    expect(asked).toEqual(["first", "expired"]);
    expect(sent.slice(1).map(bearerOf)).toEqual(["Bearer token-2", "Bearer token-2", "Bearer token-2"]);
  });

  test("B45: many 401s for one token ask for one new token", async () => {
    const asked: string[] = [];
    const { api } = stubApi(() => json(401, {}), {
      getToken: ({ reason }) => {
        asked.push(reason);
        return `token-${asked.length}`;
      },
    });
    await Promise.all([1, 2, 3].map(() => outcomeOf(calls.status(api))));
    expect(asked).toEqual(["first"]);
    await Promise.all([1, 2, 3].map(() => outcomeOf(calls.status(api))));
    expect(asked).toEqual(["first", "expired"]);
  });

  test("B11: a late 401 for an older token does not expire the newer one, even of the same text", async () => {
    const answers: Array<(response: Response) => void> = [];
    const asked: string[] = [];
    const { api, clock } = stubApi(
      () =>
        new Promise<Response>((resolve) => {
          answers.push(resolve);
        }),
      {
        getToken: ({ reason }) => {
          asked.push(reason);
          return "same-text";
        },
      },
    );
    const slow = outcomeOf(calls.status(api));
    const quick = outcomeOf(calls.status(api));
    await clock.settle();
    answers[1]?.(json(401, {}));
    expect(await quick).toEqual(unauthorized);
    const renewed = outcomeOf(calls.status(api));
    await clock.settle();
    expect(asked).toEqual(["first", "expired"]);
    answers[0]?.(json(401, {}));
    expect(await slow).toEqual(unauthorized);
    answers[2]?.(successOf("status"));
    expect(await renewed).toHaveProperty("ok");
    const next = outcomeOf(calls.status(api));
    await clock.settle();
    answers[3]?.(successOf("status"));
    await next;
    expect(asked).toEqual(["first", "expired"]);
  });

  test("one caller's abort leaves the request to the others", async () => {
    const desk = tokenDesk();
    const { api, clock } = stubApi(() => successOf("status"), { getToken: desk.getToken });
    const abort = new AbortController();
    const left = outcomeOf(calls.status(api, { signal: abort.signal }));
    const stays = outcomeOf(calls.status(api));
    await clock.settle();
    abort.abort();
    expect(await left).toEqual({ kind: "unreachable", traceId: null, origin: "client" });
    expect(desk.asked[0]?.signal.aborted).toBe(false);
    desk.reply(0).resolve("token-1");
    expect(await stays).toHaveProperty("ok");
    expect(desk.asked).toHaveLength(1);
  });

  test("the last caller's abort ends the request, and the next call starts another", async () => {
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
    expect(sent.map(bearerOf)).toEqual(["Bearer token-2"]);
  });

  test("the wait for it has a deadline of its own, and the request has its own after that", async () => {
    const desk = tokenDesk();
    const { api, clock, sent } = stubApi(() => never(), { getToken: desk.getToken });
    const tooLong = outcomeOf(calls.status(api));
    await clock.advance(10_000);
    expect(await tooLong).toEqual(tokenUnavailable);
    expect(desk.asked[0]?.signal.aborted).toBe(true);
    expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });

    const inTime = outcomeOf(calls.status(api));
    await clock.advance(9_999);
    desk.reply(1).resolve("token-1");
    await clock.advance(9_999);
    expect(sent).toHaveLength(1);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await inTime).toEqual({ kind: "noAnswer", reason: "timeout", traceId: null, origin: "client" });
  });

  test("a failed request for it is not remembered", async () => {
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
      test(`${what}, given ${wrap}, is none`, async () => {
        const { api, clock, sent } = stubApi(() => successOf("status"), {
          // What plain JavaScript can give.
          getToken: () => (wrap === "at once" ? token : Promise.resolve(token)) as string,
        });
        expect(await outcomeOf(calls.status(api))).toEqual(tokenUnavailable);
        expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
      });
    }
  }

  for (const name of operationNames) {
    test(`${name}: a getToken that throws or rejects is tokenUnavailable, and nothing is sent`, async () => {
      for (const getToken of [throwing, () => Promise.reject(new Error("no"))]) {
        const { api, clock, sent } = stubApi(() => successOf(name), { getToken });
        expect(await outcomeOf(calls[name](api))).toEqual(tokenUnavailable);
        expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
      }
    });
  }
});
