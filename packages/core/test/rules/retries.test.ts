import { describe, expect, test } from "vitest";
import { failure, createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, SECOND, noRepeats, enter } from "../flow-world.js";
import { err, ResultAsync, type Result } from "neverthrow";
import { createVerification, type ApiFailure } from "@veristep/core";

describe("B14: a repeat that is planned", () => {
  test("is announced with its time until it begins", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true }),
    });
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: world.clock.now() + 250,
      announcement: "retrying",
      canRetry: true,
      activities: ["sending", "retrying"],
    });
    await world.clock.advance(250);
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: null,
      activities: ["sending"],
      canRetry: false,
    });
  });

  test("is the earliest of several, and the most important activity comes first", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    const at = world.clock.now() + 250;
    await world.clock.advance(100);
    world.fake.script("status", { fail: failure.unreachable });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: at,
      activities: ["sending", "retrying", "checking"],
    });
  });

  test("of a read is made at its own time, whatever the other read waits for", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    world.fake.script("status", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.view().activities).toEqual(["reconciling", "retrying"]);
    await world.clock.advance(249);
    expect(world.fake.count("status")).toBe(2);
    await world.clock.advance(1);
    expect(world.fake.count("status")).toBe(3);
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

describe("a retry", () => {
  test("B7: is offered only while nothing blocks the send", async () => {
    const world = await begin({ policy: { retry: noRepeats, maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().canRetry).toBe(true);
    await enter(world, "111111");
    const until = world.clock.now() + 15 * MINUTE;
    expect(world.flow.view().canRetry).toBe(false);
    expect(world.flow.retry()._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    expect(world.fake.count("sendEmailCode")).toBe(2);
  });

  test("B17: sends to a number that got no send, and confirms nothing", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("confirmPhone", { fail: failure.unreachable });
    await enter(world, world.code("phone"));
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().step).toBe("verified");
  });
});

test("B14: the time of the next repeat is that of a waiting one, not of one that has begun", async () => {
  const world = await begin({
    prepare: (fake) => fake.script("sendEmailCode", { fail: failure.serverError }, { hold: true }),
  });
  await world.clock.advance(SECOND);
  world.fake.script("status", { fail: failure.serverError });
  world.flow.refresh();
  await world.clock.settle();
  expect(world.flow.view()).toMatchObject({
    activities: expect.arrayContaining(["sending", "retrying"]),
    nextAttemptAt: world.clock.now() + 250,
  });
});

describe("B14: the waits before repeats", () => {
  const attemptsAfter = async (roll: number, retry: object, waits: readonly number[]) => {
    const { clock, fake } = await begin({
      policy: { retry },
      options: { random: () => roll },
      prepare: (fake) =>
        fake.script("sendEmailCode", ...Array.from({ length: 9 }, () => ({ fail: failure.unreachable }))),
    });
    const counts: number[] = [];
    for (const wait of waits) {
      await clock.advance(wait);
      counts.push(fake.count("sendEmailCode"));
    }
    return counts;
  };

  test("are jittered: a random share of the whole", async () => {
    expect(await attemptsAfter(0.1, { maxRetries: 1 }, [49, 1])).toEqual([1, 2]);
    expect(await attemptsAfter(0.9, { maxRetries: 1 }, [449, 1])).toEqual([1, 2]);
  });

  test("grow up to a cap", async () => {
    const retry = { baseMs: 1_000, capMs: 2_000, maxRetries: 4, totalMs: MINUTE };
    expect(await attemptsAfter(0.5, retry, [500, 1_000, 1_000, 1_000])).toEqual([2, 3, 4, 5]);
  });

  test("may end exactly at the limit, and not later", async () => {
    expect(await attemptsAfter(0.5, { totalMs: 3_750 }, [MINUTE])).toEqual([5]);
    expect(await attemptsAfter(0.5, { totalMs: 3_749 }, [MINUTE])).toEqual([4]);
  });

  test("count from the start of the first attempt, not from its failure", async () => {
    const clock = createSimulatedClock();
    const fake = createFakeApi(EMAIL);
    let attempts = 0;
    let answer: () => void = () => {};
    const flow = createVerification({
      api: {
        ...fake.api,
        sendEmailCode: () => {
          attempts += 1;
          return new ResultAsync(
            new Promise<Result<"accepted", ApiFailure>>((resolve) => {
              answer = () => {
                resolve(err(failure.unreachable));
              };
            }),
          );
        },
      },
      user: { id: 7, email: EMAIL },
      clock,
      random: () => 0.5,
      policy: { retry: { totalMs: 10_000 } },
    })._unsafeUnwrap();
    flow.start();
    await clock.advance(10 * SECOND);
    answer();
    await clock.advance(MINUTE);
    expect(attempts).toBe(1);
    expect(flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unreachable", at: clock.now() - MINUTE },
    });
  });
});

describe("B11: a call that is refused with every token", () => {
  test("stops with that reason, and continues when the user has signed in", async () => {
    const world = await beginAtPhone();
    world.fake.script("confirmPhone", { fail: failure.unauthorized });
    await enter(world, world.code("phone"));
    expect(world.fake.count("confirmPhone")).toBe(1);
    expect(world.flow.view()).toMatchObject({ canRetry: true, failure: { kind: "unauthorized" } });
    world.flow.retry();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("verified");
  });

  test("stops a send and a read in the same way", async () => {
    const send = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unauthorized }),
    });
    expect(send.flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unauthorized", about: "send" },
      code: { generation: 0 },
    });
    const read = await begin({
      prepare: (fake) => fake.script("status", { fail: failure.unauthorized }),
    });
    expect(read.flow.view()).toMatchObject({
      step: "checking",
      awaiting: "retry",
      failure: { kind: "unauthorized" },
    });
    read.flow.retry();
    await read.clock.settle();
    expect(read.flow.view().step).toBe("email");
  });
});
