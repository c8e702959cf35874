import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSandbox, createSeededRandom } from "@veristep/sandbox";
import { codeOfDraw, drawCode, equalInConstantTime } from "../src/codes.js";
import { codeOf, createClient, setUp } from "./support.js";

describe("uniform codes", () => {
  test("B52: over all 24-bit draws, each of the million codes comes from exactly 16 of them", () => {
    const counts = new Uint8Array(1_000_000);
    let refused = 0;
    for (let draw = 0; draw < 2 ** 24; draw += 1) {
      const code = codeOfDraw(draw);
      if (code === null) refused += 1;
      else counts[Number(code)] = (counts[Number(code)] ?? 0) + 1;
    }
    expect(counts.every((count) => count === 16)).toBe(true);
    expect(refused).toBe(2 ** 24 - 16_000_000);
  });

  test("B52: a code has six digits, leading zeros kept, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(drawCode(createSeededRandom(seed))).toMatch(/^\d{6}$/);
      }),
    );
    expect(drawCode(() => Uint8Array.of(0, 0, 7))).toBe("000007");
  });

  test("B52: a refused draw is drawn again", () => {
    const draws = [
      Uint8Array.of(255, 255, 255),
      Uint8Array.of(0xf4, 0x24, 0x00),
      Uint8Array.of(0xf4, 0x23, 0xff),
    ];
    expect(drawCode(() => draws.shift() ?? new Uint8Array(3))).toBe("999999");
    expect(draws).toEqual([]);
  });

  test("a stuck random source is an error, not an endless loop", () => {
    expect(() => drawCode((length) => new Uint8Array(length).fill(255))).toThrow(/stuck/);
  });

  test("B52: without a random source, codes come from the platform's CSPRNG", async () => {
    const sandbox = createSandbox();
    const client = createClient(sandbox.fetch);
    await client.register();
    for (let sends = 0; sends < 20; sends += 1) await client.sendEmailCode();
    // Twenty-one equal codes would be a chance of 1 in 10^120.
    expect(new Set(sandbox.outbox().map(({ code }) => code)).size).toBeGreaterThan(1);
  });
});

describe("comparing", () => {
  test("B52: two texts are equal exactly if they are the same, of the same length or not", () => {
    const digits = fc.stringMatching(/^\d{0,8}$/);
    fc.assert(
      fc.property(digits, digits, (one, other) => {
        expect(equalInConstantTime(one, other)).toBe(one === other);
        expect(equalInConstantTime(one, one)).toBe(true);
        expect(equalInConstantTime(one + other, one)).toBe(other === "");
      }),
    );
  });

  test("B52: each character of a guess is looked at, wherever the first difference is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), (differsAt) => {
        const looked: number[] = [];
        const guess = "111111".split("");
        guess[differsAt] = "2";
        // Stands in for the string: only what `equalInConstantTime` may use of one.
        const watched = {
          length: 6,
          charCodeAt: (at: number) => {
            looked.push(at);
            return (guess[at] ?? "").charCodeAt(0);
          },
        };
        expect(equalInConstantTime(watched as unknown as string, "111111")).toBe(false);
        expect(looked).toEqual([0, 1, 2, 3, 4, 5]);
      }),
    );
  });
});

test("B54: the same seed and the same requests give the same bytes, and another seed others", async () => {
  const story = async (seed: number) => {
    const { sandbox, client } = setUp(
      { faults: [{ operation: "*", fault: { kind: "status5xx", body: "problem" }, probability: 0.3 }], seed },
      seed,
    );
    sandbox.addUser({ email: "ada@example.com" });
    const answers = [];
    for (let round = 0; round < 10; round += 1) {
      for (const answer of [
        await client.register(),
        await client.sendPhoneCode(),
        await client.confirmPhone(1, "no"),
        await client.bare("GET", "/_sandbox"),
        await client.post("/_sandbox/tokens", {}),
      ]) {
        answers.push([answer.status, Object.fromEntries(answer.headers), await answer.text()]);
      }
    }
    return JSON.stringify([answers, sandbox.outbox(), sandbox.record.events]);
  };
  const [first, again, other] = [await story(7), await story(7), await story(8)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("B52, B26: a code is seen in the outbox only, never in an answer or in the record", async () => {
  const { sandbox, client } = setUp();
  const answers = [await client.register(), await client.sendEmailCode(), await client.sendPhoneCode()];
  answers.push(await client.confirmEmail(1, codeOf(sandbox, 1, "email")), await client.status());
  answers.push(await client.confirmEmail(1, codeOf(sandbox, 1, "email")));
  answers.push(await client.bare("GET", "/_sandbox/users"), await client.bare("GET", "/_sandbox"));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  const everything = JSON.stringify([
    bodies.map((body) => body.replaceAll(/"traceId":"[^"]*"|nonce="[^"]*"/g, "")),
    sandbox.record.events,
    sandbox.record.requests,
  ]);
  const messages = sandbox.outbox();
  expect(messages.length).toBe(3);
  for (const { code } of messages) expect(everything).not.toContain(code);
});
