import type { Channel } from "@veristep/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { codeOf, otherThan, setUp } from "./support.js";

/*
 * The rules of the API's document once more, as simply as they can be said, against the sandbox: whatever is
 * done in whatever order, both answer with the same status, and both know the same things verified.
 */

const lifetimeMs = 10_000;
const cooldownMs = 3_000;
const maxWrong = 3;
const numbers = ["+359888123456", "+359888123457"] as const;

type Step =
  | { readonly do: "send"; readonly user: number; readonly channel: Channel; readonly number: number }
  | { readonly do: "resend"; readonly user: number }
  | {
      readonly do: "confirm";
      readonly user: number;
      readonly channel: Channel;
      readonly guess: "newest" | "first" | "wrong";
    }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "verifyElsewhere"; readonly user: number; readonly channel: Channel };

const user = fc.constantFrom(1, 2);
const channel = fc.constantFrom("email" as const, "phone" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("send" as const), user, channel, number: fc.constantFrom(0, 1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("resend" as const), user }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("confirm" as const),
      user,
      channel,
      guess: fc.constantFrom("newest" as const, "newest" as const, "first" as const, "wrong" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, cooldownMs - 1, cooldownMs, lifetimeMs - cooldownMs, lifetimeMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("verifyElsewhere" as const), user, channel }) },
);

interface ModelChannel {
  verified: boolean;
  sentAt: number | null;
  /** The only code that would be taken; null for none. */
  live: string | null;
  wrong: number;
}

const freshChannel = (): ModelChannel => ({ verified: false, sentAt: null, live: null, wrong: 0 });

test("B50, B51: the sandbox answers as the document says, in every order of events", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const policy = {
        codeLifetimeMs: lifetimeMs,
        sendCooldownMs: cooldownMs,
        maxWrongCodesPerCode: maxWrong,
      };
      const { client, clock, sandbox } = setUp({ policy });
      const model = new Map(
        [1, 2].map((id) => [id, { email: freshChannel(), phone: freshChannel(), number: "" }]),
      );
      for (const id of [1, 2]) sandbox.addUser({ id, email: `user${id}@example.com` });
      const of = (id: number) => {
        const found = model.get(id);
        if (found === undefined) throw new Error("The model has users 1 and 2 only");
        return found;
      };

      /** The rest of a send, in the model. */
      const sending = (id: number, on: Channel): number => {
        const it = of(id)[on];
        if (it.sentAt !== null && clock.now() < it.sentAt + cooldownMs) return 429;
        Object.assign(it, { sentAt: clock.now(), live: "sent", wrong: 0 });
        return 204;
      };
      const sendStatus = (id: number, on: Channel, number: string | null): number => {
        const them = of(id);
        if (them[on].verified) return 204;
        if (on === "email") return sending(id, on);
        if (number === null) return them.number === "" ? 400 : sending(id, on);
        if (of(3 - id).number === number) return 400;
        const status = sending(id, on);
        if (status === 204) them.number = number;
        return status;
      };
      const confirmStatus = (id: number, on: Channel, guess: string): number => {
        const it = of(id)[on];
        const alive = it.live !== null && clock.now() < (it.sentAt ?? 0) + lifetimeMs && it.wrong < maxWrong;
        if (!alive) return 400;
        if (guess !== it.live) {
          it.wrong += 1;
          return 400;
        }
        Object.assign(it, { verified: true, live: null });
        return 200;
      };
      const learnCode = (id: number, on: Channel) => {
        const it = of(id)[on];
        if (it.live !== null) it.live = codeOf(sandbox, id, on);
      };

      /** Takes a step in both worlds: the status that the model expects, and the one that was answered. */
      const take = async (step: Step): Promise<readonly [expected: number, answered: number]> => {
        switch (step.do) {
          case "wait":
            clock.setTime(clock.now() + step.ms);
            return [0, 0];
          case "verifyElsewhere":
            sandbox.verifyElsewhere(step.user, step.channel);
            Object.assign(of(step.user)[step.channel], { verified: true, live: null });
            return [0, 0];
          case "resend": {
            const expected = sendStatus(step.user, "phone", null);
            const { status } = await client.resendPhoneCode(step.user);
            learnCode(step.user, "phone");
            return [expected, status];
          }
          case "send": {
            const number = numbers[step.number] ?? numbers[0];
            const expected = sendStatus(step.user, step.channel, number);
            const { status } =
              step.channel === "email"
                ? await client.sendEmailCode(step.user, `user${step.user}@example.com`)
                : await client.sendPhoneCode(step.user, number);
            learnCode(step.user, step.channel);
            return [expected, status];
          }
          case "confirm": {
            const sent = sandbox.outbox({ userId: step.user, channel: step.channel });
            const newest = sent.at(-1)?.code ?? "000000";
            const guess = { newest, first: sent[0]?.code ?? "000000", wrong: otherThan(newest) }[step.guess];
            const expected = confirmStatus(step.user, step.channel, guess);
            const { status } = await client.confirm(step.channel, step.user, guess);
            return [expected, status];
          }
        }
      };

      for (const step of steps) {
        const [expected, answered] = await take(step);
        expect([step, answered]).toEqual([step, expected]);
        expect(sandbox.users().map((them) => [them.isEmailVerified, them.isPhoneVerified])).toEqual(
          [1, 2].map((id) => [of(id).email.verified, of(id).phone.verified]),
        );
      }
      const sends = sandbox.record.events.filter((event) => event.type === "send" && event.sent);
      expect(sends.length).toBe(sandbox.outbox().length);
    }),
    { numRuns: 150 },
  );
});
