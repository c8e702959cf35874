import {
  createVerification,
  systemClock,
  type Clock,
  type Verification,
  type VerificationApi,
} from "@veristep/core";
import { createForm } from "@veristep/form";
import { measure } from "mitata";
import { err, ok } from "neverthrow";
import { assign, createActor, fromPromise, setup, waitFor } from "xstate";
import { costOf } from "../harness/cost.js";
import { profile } from "../harness/profile.js";
import { interleave, type Contender } from "../harness/interleave.js";
import { isSteady, median, ratio } from "../harness/statistics.js";
import { EVENTS_OF_A_FLOW } from "../flows/chart-flow.js";
import type { RunnerName } from "../flows/runners.js";
import {
  atMost,
  number,
  type Findings,
  type Line,
  type Measurement,
  type Target,
} from "../report/findings.js";
import { sharesTable } from "../report/shares.js";
import { compareRunners } from "./compare-runners.js";
import { amplifyStart, amplifyWrongCode } from "../rivals/amplify.js";

const ROUNDS = 9;
const MOST_ROUNDS = 27;
const FLOWS_A_BLOCK = 300;
/** A flow takes fewer than 100 wrong codes, so a block has several flows. */
const CODES_A_FLOW = 99;
const CODES_A_BLOCK = 4 * CODES_A_FLOW;

const accepted = { isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 };
const unused = () => {
  throw new Error("This must not be called");
};

/** A service inside the process, whose codes are all wrong. */
const api = (isMute: boolean): VerificationApi => ({
  status: async () => (isMute ? new Promise(() => {}) : ok(accepted)),
  sendEmailCode: async () => ok("accepted"),
  confirmEmail: async () => err({ kind: "codeRejected", traceId: null, origin: "service" }),
  sendPhoneCode: unused,
  resendPhoneCode: unused,
  confirmPhone: unused,
});

const user = { id: 1, email: "person1@example.com", phone: "+359880000001" };

function created(isMute: boolean, clock: Clock = systemClock): Verification {
  const result = createVerification({
    api: api(isMute),
    user,
    policy: { maxAttempts: 100 },
    clock,
  });
  if (result.isErr()) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Takes a flow as far as the question for the e-mail's code. */
async function waiting(clock?: Clock): Promise<Verification> {
  const verification = created(false, clock);
  verification.start();
  while (verification.view().awaiting !== "code" || verification.view().activities.length > 0) {
    await new Promise(setImmediate);
  }
  return verification;
}

/** The least machine with a step that asks, types and confirms. */
const bare = setup({
  types: {
    context: {} as { code: string; wrong: number }, // The way in which `setup` takes types: a value never read.
    events: {} as { type: "typed"; code: string } | { type: "submitted" },
  },
  actors: {
    status: fromPromise(() => new Promise(() => {})),
    confirm: fromPromise(() => Promise.reject(new Error("wrong"))),
  },
  actions: {
    keep: assign(({ event }) => (event.type === "typed" ? { code: event.code } : {})),
    count: assign(({ context }) => ({ wrong: context.wrong + 1 })),
  },
}).createMachine({
  context: { code: "", wrong: 0 },
  initial: "entering",
  states: {
    entering: { on: { typed: { actions: "keep" }, submitted: "confirming" } },
    confirming: { invoke: { src: "confirm", onError: { target: "entering", actions: "count" } } },
    checking: { invoke: { src: "status", onDone: "entering" } },
  },
});

/** The bare machine where it begins with a read of the status, as ours does. */
const bareStart = setup({ actors: { status: fromPromise(() => new Promise(() => {})) } }).createMachine({
  initial: "checking",
  states: { checking: { invoke: { src: "status", onDone: "entering" } }, entering: {} },
});

type Block = Contender<number>["block"];

/** CPU time of what is made many times, without that of clearing it away. In µs each. */
const starting =
  (begin: () => () => void): Block =>
  async () => {
    const ends: Array<() => void> = [];
    const { cpu } = await costOf(FLOWS_A_BLOCK, () => {
      for (let count = 0; count < FLOWS_A_BLOCK; count += 1) ends.push(begin());
    });
    for (const end of ends) end();
    return cpu;
  };

const oursStart = starting(() => {
  const verification = created(true);
  verification.start();
  return verification.suspend;
});

const bareStartBlock = starting(() => {
  const actor = createActor(bareStart).start();
  return () => actor.stop();
});

/** mitata's average of one call, in µs. */
const average = async (work: () => unknown): Promise<number> =>
  (await measure(work, { min_cpu_time: 30e6 })).avg / 1_000;

async function keystroke(): Promise<{ form: Block; event: Block; bare: Block }> {
  // No two keystrokes come within a ms: what was made out for one moment serves no other.
  let strokes = 0;
  const verification = await waiting({ ...systemClock, now: () => systemClock.now() + (strokes += 1) });
  const form = createForm(verification, () => ({}));
  form.subscribe(() => {});
  const actor = createActor(bare).start();
  actor.subscribe(() => {});
  const texts = ["1", "12", "123", "1234", "12345"];
  let at = 0;
  const next = () => texts[(at += 1) % texts.length] ?? "";
  return {
    form: () =>
      average(() => {
        form.typeCode(next());
      }),
    // The chart takes no such event while it waits for a code: this is the cost of finding that out.
    event: () =>
      average(() => {
        verification.actor.send({ type: "retry.requested", at: 0 });
      }),
    bare: () =>
      average(() => {
        actor.send({ type: "typed", code: next() });
      }),
  };
}

/** CPU time of a wrong code, from its submission until the next one can be typed. In µs. */
const oursWrongCode: Block = async () => {
  const flows = await Promise.all(Array.from({ length: CODES_A_BLOCK / CODES_A_FLOW }, () => waiting()));
  const { cpu } = await costOf(CODES_A_BLOCK, async () => {
    for (const verification of flows) {
      for (let code = 1; code <= CODES_A_FLOW; code += 1) {
        const back = new Promise<void>((resolve) => {
          const unsubscribe = verification.subscribe((view) => {
            if (view.code?.canSubmit !== true || view.activities.length > 0) return;
            unsubscribe();
            resolve();
          });
        });
        verification.submitCode(String(100_000 + code));
        await back;
      }
    }
  });
  for (const verification of flows) verification.suspend();
  return cpu;
};

const bareWrongCode: Block = async () => {
  const actor = createActor(bare).start();
  const { cpu } = await costOf(CODES_A_BLOCK, async () => {
    for (let count = 1; count <= CODES_A_BLOCK; count += 1) {
      actor.send({ type: "submitted" });
      await waitFor(actor, ({ context }) => context.wrong === count);
    }
  });
  actor.stop();
  return cpu;
};

/** Compares ours with a rival, and the rival with itself. */
async function compare(
  what: string,
  ours: Block,
  rival: { readonly name: string; readonly block: Block },
  target: (ratio: number, value: number) => Target | null,
): Promise<Line> {
  const figures = await interleave(
    [
      { name: "ours", block: ours },
      { name: "rival", block: rival.block },
      { name: "again", block: rival.block },
    ],
    { count: ROUNDS, most: MOST_ROUNDS },
    (all) => isSteady(ratio(all.get("again") ?? [], all.get("rival") ?? [])),
  );
  const of = (name: string) => figures.get(name) ?? [];
  const [value, proportion] = [median(of("ours")), ratio(of("ours"), of("rival"))];
  return {
    what,
    ours: `${number(value)} µs`,
    rival: `${rival.name}: ${number(median(of("rival")))} µs`,
    ratio: proportion,
    control: ratio(of("again"), of("rival")),
    target: target(proportion, value),
  };
}

/** A whole flow without a network, against the minimum of XState for the same five calls. */
async function wholeFlow(): Promise<readonly Line[]> {
  const [core, chart, bareFlow] = [
    "core, in the process",
    "chart alone, in the process",
    "bare xstate, in the process",
  ] as const satisfies readonly RunnerName[];
  const costs = await compareRunners([core, chart, bareFlow], bareFlow);
  const line = (what: string, name: RunnerName, kind: "cpu" | "allocated", each = 1): Line => {
    const of = (cost: Readonly<Record<typeof kind, number>>) => cost[kind];
    const [ours, theirs] = [costs.of(name, of), costs.of(bareFlow, of)];
    const shown = (value: number) =>
      kind === "cpu" ? `${number(value / each)} µs` : `${number(value / 1_000)} kB`;
    return {
      what,
      ours: shown(median(ours)),
      rival: each === 1 ? `bare xstate: ${shown(median(theirs))}` : null,
      ratio: each === 1 ? ratio(ours, theirs) : null,
      control: costs.control(of),
      target: null,
    };
  };
  const event = line("an event of a whole flow of the chart alone, CPU", chart, "cpu", EVENTS_OF_A_FLOW);
  const perEvent = median(costs.of(chart, ({ cpu }) => cpu)) / EVENTS_OF_A_FLOW;
  return [
    line("a whole flow, CPU", core, "cpu"),
    line("a whole flow, allocated", core, "allocated"),
    line("a whole flow of the chart alone, CPU", chart, "cpu"),
    line("a whole flow of the chart alone, allocated", chart, "allocated"),
    { ...event, target: atMost(2.46, perEvent, " µs") },
  ];
}

async function run(): Promise<Findings> {
  const typing = await keystroke();
  const lines = [
    ...(await wholeFlow()),
    await compare(
      "start of a flow, CPU",
      oursStart,
      { name: "bare xstate actor", block: bareStartBlock },
      (proportion) => atMost(0.6, proportion, " ×"),
    ),
    await compare(
      "a keystroke in the code field",
      typing.form,
      { name: "bare xstate, assign", block: typing.bare },
      (proportion) => atMost(0.9, proportion, " ×"),
    ),
    await compare(
      "an event that the chart doesn't take",
      typing.event,
      { name: "bare xstate, assign", block: typing.bare },
      () => null,
    ),
    await compare(
      "a wrong code, CPU",
      oursWrongCode,
      { name: "bare xstate, fromPromise", block: bareWrongCode },
      (proportion) => atMost(1, proportion, " ×"),
    ),
  ];
  const notes = [
    `Medians of ${ROUNDS} or more interleaved blocks of ${FLOWS_A_BLOCK}. A whole flow has five calls, answered at once in the same process; for the ` +
      `chart alone these are ${EVENTS_OF_A_FLOW} events. A start is \`createVerification\` and \`start()\`, as far as the first request; ` +
      "a keystroke is `typeCode` of the form that the bindings share; a wrong code lasts until the next one can be typed.",
  ];
  try {
    lines.push(
      await compare(
        "start of a flow, CPU",
        oursStart,
        { name: "Amplify's authenticator machine", block: starting(await amplifyStart()) },
        () => null,
      ),
      await compare(
        "a wrong code, CPU",
        oursWrongCode,
        { name: "Amplify's authenticator machine", block: await amplifyWrongCode(CODES_A_BLOCK) },
        (proportion) => atMost(0.4, proportion, " ×"),
      ),
    );
  } catch (error) {
    notes.push(`Amplify could not be measured: ${error instanceof Error ? error.message : "it failed"}.`);
  }
  const breakdowns = [
    sharesTable("Where the time of a start goes", await profile(async () => oursStart())),
    sharesTable("Where the time of a wrong code goes", await profile(async () => oursWrongCode())),
  ];
  return { lines, breakdowns, notes };
}

export const flowCost: Measurement = { name: "flow", title: "What a flow costs in the process", run };
