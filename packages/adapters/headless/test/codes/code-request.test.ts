import { PassThrough } from "node:stream";
import { inspect } from "node:util";
import { createVerification } from "@veristep/core";
import {
  createFakeApi,
  createSimulatedClock,
  type FakeApi,
  type SimulatedClock,
} from "@veristep/core/testing";
import {
  promisedCodes,
  runVerifyContact,
  stdinCodes,
  type CodeRequest,
  type CodeSource,
} from "@veristep/headless";
import * as Redacted from "effect/Redacted";
import { describe, expect, test } from "vitest";
import { codeRequest, earliestMessage } from "../../src/flow/code-request.js";

const EMAIL = "person@example.com";
const PHONE = "+359888123456";

function start(
  codes: (fake: FakeApi, clock: SimulatedClock) => CodeSource,
  prepare: (fake: FakeApi) => void = () => {},
) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  prepare(fake);
  const verification = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL },
    clock,
  })._unsafeUnwrap();
  const result = runVerifyContact({
    verification,
    userId: 7,
    email: EMAIL,
    phone: PHONE,
    codes: codes(fake, clock),
    clock,
  });
  return { clock, fake, verification, result };
}

describe("what a flow asks a source", () => {
  test("names each contact in full, for matching, and shows it nowhere", async () => {
    const requests: CodeRequest[] = [];
    const { clock, result } = start((fake) =>
      promisedCodes(async (request) => {
        requests.push(request);
        return fake.service.codes[request.channel] ?? "";
      }),
    );
    await clock.advance(100);
    expect((await result).isOk()).toBe(true);
    expect(
      requests.map(({ channel, destination }) => [channel, destination && Redacted.value(destination)]),
    ).toEqual([
      ["email", EMAIL],
      ["phone", PHONE],
    ]);
    expect(requests.map(({ masked, generation }) => [masked, generation])).toEqual([
      ["p•••@example.com", 1],
      ["+359 •• ••• ••56", 1],
    ]);
    const shown = requests
      .map((request) => `${inspect(request, { depth: 9 })} ${JSON.stringify(request)}`)
      .join("\n");
    for (const secret of [EMAIL, PHONE]) expect(shown).not.toContain(secret);
  });

  test("takes a message that came before its send was answered", async () => {
    const input = new PassThrough();
    const { clock, fake, result } = start(
      (_, clock) => stdinCodes({ input, clock }),
      (fake) => {
        fake.script("sendEmailCode", { hold: true });
      },
    );
    await clock.advance(10);
    const began = clock.now();
    const line = (channel: "email" | "phone", receivedAt: number) =>
      `${JSON.stringify({ userId: 7, channel, code: fake.service.codes[channel], receivedAt })}\n`;
    // The message takes a second; the answer takes nine.
    const early = line("email", began + 1_000);
    await clock.advance(9_000);
    fake.release();
    await clock.advance(1);
    input.write(early);
    await settled();
    await clock.advance(10);
    expect(fake.service.verified.email).toBe(true);
    input.write(line("phone", clock.now()));
    await settled();
    await clock.advance(10);
    expect((await result).isOk()).toBe(true);
    expect(fake.count("sendEmailCode", "sendPhoneCode")).toBe(2);
  });

  test("asks for no code older than the newest send, for each channel", async () => {
    const requests: CodeRequest[] = [];
    const { clock, verification, fake } = start(() =>
      promisedCodes((request) => {
        requests.push(request);
        return new Promise(() => {});
      }),
    );
    await clock.advance(60_000);
    const resentAt = clock.now();
    expect(requests.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(requests[1]?.notBefore).toBeGreaterThan(resentAt - 2_000);
    expect(requests[1]?.notBefore).toBeLessThanOrEqual(resentAt);
    verification.submitCode(fake.service.codes.email ?? "");
    await clock.advance(10);
    expect(requests[2]).toMatchObject({ channel: "phone", generation: 1 });
    expect(requests[2]?.notBefore).toBeGreaterThan(resentAt - 2_000);
    verification.suspend();
  });

  test("counts half a minute before the answer of a send that this process has not seen", () => {
    expect(earliestMessage(100_000, null)).toBe(70_000);
    expect(earliestMessage(100_000, 95_000)).toBe(94_000);
    expect(earliestMessage(null, null)).toBeNull();
  });

  test("is null when the flow waits for no code", async () => {
    const { clock, verification } = start(() => promisedCodes(() => new Promise(() => {})));
    const about = { userId: 7, destination: undefined, sendBeganAt: null, refused: new Set<string>() };
    verification.cancel();
    await clock.advance(1);
    expect(codeRequest(verification.view(), about)).toBeNull();
  });
});

/** Lets streams hand on what they hold. */
const settled = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
