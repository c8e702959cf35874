import { createVerification, type VerificationApi, type VerificationRecord } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import { parseRecord } from "@veristep/core";
import { err, ok } from "neverthrow";
import { costOf } from "../harness/cost.js";
import { interleave } from "../harness/interleave.js";
import { median, ratio } from "../harness/statistics.js";
import { atMost, number, type Findings, type Measurement } from "../report/findings.js";

const ROUNDS = 15;
const FLOWS_A_BLOCK = 300;
const PAUSE_MS = 61_000;

const user = { id: 2_147_483_647, email: "a.person@example.com", phone: "+359881234567" };

/** Mails anything, and takes no code. The e-mail may be verified already. */
const api = (isEmailVerified: boolean, isMute = false): VerificationApi => ({
  status: async () =>
    isMute ? new Promise(() => {}) : ok({ isEmailVerified, isPhoneVerified: false, lifecycle: 150 }),
  sendEmailCode: async () => ok("accepted"),
  confirmEmail: async () => err({ kind: "codeRejected", traceId: null, origin: "service" }),
  sendPhoneCode: async () => ok("accepted"),
  resendPhoneCode: async () => ok("accepted"),
  confirmPhone: async () => err({ kind: "codeRejected", traceId: null, origin: "service" }),
});

type Clock = ReturnType<typeof createSimulatedClock>;

function started(clock: Clock, over: VerificationApi, record?: VerificationRecord) {
  const created = createVerification({ api: over, user, clock, record });
  if (created.isErr()) throw new Error(JSON.stringify(created.error));
  created.value.start();
  return created.value;
}

/** A flow with much to keep: an e-mail and its resend, then the phone with a resend and as many wrong codes. */
async function records(clock: Clock): Promise<Readonly<Record<"usual" | "locked", VerificationRecord>>> {
  const verification = started(clock, api(true));
  await clock.settle();
  const usual = verification.record();
  await clock.advance(PAUSE_MS);
  verification.resend();
  await clock.settle();
  for (let code = 0; code < 5; code += 1) {
    verification.submitCode(String(100_000 + code));
    await clock.settle();
  }
  return { usual, locked: verification.record() };
}

async function run(): Promise<Findings> {
  const clock = createSimulatedClock();
  const { usual, locked } = await records(clock);
  const size = (record: unknown) => new TextEncoder().encode(JSON.stringify(record)).length;

  const before = clock.pending;
  const restored = started(clock, api(true), locked);
  await clock.settle();
  const armed = clock.pending - before;
  const { lock, resend } = restored.view();
  // The lock, and the cooldown of the resend.
  const deadlines = [locked.phone?.lock, locked.phone?.cooldown].filter((deadline) => deadline != null);
  const isKept =
    lock?.until === locked.phone?.lock?.until && resend?.availableAt !== null && armed >= deadlines.length;

  const text = JSON.stringify(locked);
  const block = (record: () => VerificationRecord | undefined) => async () => {
    const flows: Array<ReturnType<typeof started>> = [];
    const { cpu } = await costOf(FLOWS_A_BLOCK, () => {
      for (let count = 0; count < FLOWS_A_BLOCK; count += 1)
        flows.push(started(clock, api(true, true), record()));
    });
    for (const flow of flows) flow.suspend();
    return cpu;
  };
  const read = () => {
    const parsed = parseRecord(JSON.parse(text), { userId: user.id, now: clock.now() });
    if (parsed.isErr()) throw new Error(parsed.error.kind);
    return parsed.value;
  };
  const creation = block(() => undefined);
  const figures = await interleave(
    [
      { name: "restore", block: block(read) },
      { name: "creation", block: creation },
      { name: "again", block: creation },
    ],
    { count: ROUNDS },
  );
  const of = (name: string) => figures.get(name) ?? [];
  const proportion = ratio(of("restore"), of("creation"));
  const plain = { rival: null, ratio: null, control: null };
  return {
    lines: [
      {
        what: "record of a flow that waits for the phone's code",
        ours: `${size(usual)} bytes`,
        ...plain,
        target: atMost(400, size(usual), " bytes"),
      },
      {
        what: "record of a flow with a resend and a lock",
        ours: `${size(locked)} bytes`,
        ...plain,
        target: atMost(400, size(locked), " bytes"),
      },
      {
        what: "a flow from its record, CPU",
        ours: `${number(median(of("restore")))} µs`,
        rival: `a flow from nothing: ${number(median(of("creation")))} µs`,
        ratio: proportion,
        control: ratio(of("again"), of("creation")),
        target: atMost(1.5, proportion, " ×"),
      },
      {
        what: "deadlines that wake the restored flow",
        ours: `${armed} timers for ${deadlines.length} deadlines`,
        ...plain,
        target: { text: "100 %", isMet: isKept },
      },
    ],
    notes: [
      "Records as JSON, in bytes of UTF-8. The e-mail of the usual one was verified before, so nothing was sent to it.",
      "From its record: the text is parsed and checked, the flow created and started, as far as the first request.",
    ],
  };
}

export const record: Measurement = { name: "record", title: "The record", run };
