import {
  createVerification,
  parseRecord,
  type PolicyOptions,
  type RecordStore,
  type Verification,
  type VerificationApi,
  type VerificationOptions,
  type VerificationUser,
  type VerificationView,
} from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import type { Dice } from "./dice.js";
import type { DeviceClock, Process, Timeline } from "./timeline.js";
import { ORIGIN, type Network } from "./network.js";
import type { SimulatedPeers } from "./peers.js";

/** What a tab's adapter or platform does that it must never do. */
export type Defect = "status" | "send" | "confirm" | "wait";

interface TabEvents {
  viewed(tab: Tab, view: VerificationView): void;
  tokenAsked(tab: Tab, reason: "first" | "expired"): void;
  tokenGiven(tab: Tab, isNone: boolean): void;
  /** The tab was told that its store failed it, or didn't answer in time. */
  storeFailed(tab: Tab): void;
}

export interface TabOptions {
  readonly process: Process;
  readonly timeline: Timeline;
  readonly device: DeviceClock;
  readonly network: Network;
  readonly dice: Dice;
  readonly policy: PolicyOptions;
  readonly user: VerificationUser;
  readonly timeoutMs: number;
  readonly tokenMs: number;
  readonly store: RecordStore | null;
  readonly peers: SimulatedPeers | null;
  /** What the host kept by itself, where it has no store. */
  readonly kept: string | null;
  readonly engine: VerificationOptions["engine"];
  readonly events: TabEvents;
}

/** A running flow in a process of its own. */
export interface Tab {
  readonly process: Process;
  readonly flow: Verification;
  /** A call of this sort throws, instead of giving a failure: the one after so many others. */
  defect: { readonly where: Defect; after: number } | null;
  /** The next token can't be had. */
  failsNextToken: boolean;
}

const throwing = (): never => {
  throw new Error("a defect was asked for");
};

export function openTab(options: TabOptions): Tab {
  const { process, timeline, device, dice, events } = options;
  const clock = device.of(process);

  let tokens = 0;
  const api = createHttpApi({
    baseUrl: ORIGIN,
    getToken: ({ reason, signal }) =>
      new Promise((resolve, reject) => {
        events.tokenAsked(tab, reason);
        signal.addEventListener("abort", () => {
          abandon();
          events.tokenGiven(tab, true);
        });
        const abandon = timeline.plan(
          dice.between(0, options.tokenMs),
          () => {
            events.tokenGiven(tab, tab.failsNextToken);
            tokens += 1;
            if (tab.failsNextToken) reject(new Error("no token"));
            else resolve(`token-of-${process.name}-${tokens}`);
            tab.failsNextToken = false;
          },
          process,
        );
      }),
    fetch: options.network.fetchOf(process),
    clock,
    timeoutMs: options.timeoutMs,
  });

  /** The adapter never throws: what the flow does when an adapter throws is tried by this. */
  const meetDefect = (where: Defect): void => {
    if (tab.defect?.where !== where) return;
    tab.defect.after -= 1;
    if (tab.defect.after >= 0) return;
    tab.defect = null;
    throwing();
  };
  const unless =
    <Call, Answer>(defect: Defect, method: (call: Call) => Answer) =>
    (call: Call): Answer => {
      meetDefect(defect);
      return method(call);
    };
  const wrapped: VerificationApi = {
    status: unless("status", (call) => api.status(call)),
    sendEmailCode: unless("send", (call) => api.sendEmailCode(call)),
    sendPhoneCode: unless("send", (call) => api.sendPhoneCode(call)),
    resendPhoneCode: unless("send", (call) => api.resendPhoneCode(call)),
    confirmEmail: unless("confirm", (call) => api.confirmEmail(call)),
    confirmPhone: unless("confirm", (call) => api.confirmPhone(call)),
  };

  const record =
    options.kept === null
      ? undefined
      : parseRecord(JSON.parse(options.kept), { userId: options.user.id, now: clock.now() }).unwrapOr(
          undefined,
        );

  const created = createVerification({
    api: wrapped,
    user: options.user,
    policy: options.policy,
    clock: {
      now: () => clock.now(),
      schedule: (wake, ms) => {
        meetDefect("wait");
        return clock.schedule(wake, ms);
      },
    },
    random: () => dice.between(0, 999) / 1_000,
    flowId: process.name,
    engine: options.engine,
    onStoreFailure: () => events.storeFailed(tab),
    ...(options.store === null ? {} : { store: options.store }),
    ...(options.store === null || options.peers === null ? {} : { peers: options.peers.of(process) }),
    ...(record === undefined ? {} : { record }),
  });
  if (created.isErr()) throw new Error(`the options are wrong: ${JSON.stringify(created.error)}`);
  const tab: Tab = { process, flow: created.value, defect: null, failsNextToken: false };
  tab.flow.subscribe((view) => events.viewed(tab, view));
  return tab;
}
