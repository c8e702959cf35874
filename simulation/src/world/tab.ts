import {
  createVerification,
  parseRecord,
  type ApiAnswer,
  type PolicyOptions,
  type RecordStore,
  type Verification,
  type VerificationApi,
  type VerificationOptions,
  type VerificationUser,
  type VerificationView,
} from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { ok } from "neverthrow";
import type { Step } from "../script/steps.js";
import type { Chance } from "./chance.js";
import { ORIGIN, type Network } from "./network.js";
import type { SimulatedPeers } from "./peers.js";
import type { DeviceClock, Process, Timeline } from "./timeline.js";

/** What throws in a tab: a call of its adapter, or its clock. */
type Defect = Extract<Step, { do: "defect" }>["where"];

export interface TabOptions {
  readonly process: Process;
  readonly timeline: Timeline;
  readonly device: DeviceClock;
  readonly network: Network;
  readonly chance: Chance;
  readonly policy: PolicyOptions;
  readonly user: VerificationUser;
  readonly timeoutMs: number;
  readonly tokenMs: number;
  readonly ignoresAbort: boolean;
  readonly store: RecordStore | null;
  readonly peers: SimulatedPeers | null;
  /** The record that a host without a store has kept. */
  readonly kept: string | null;
  readonly engine: VerificationOptions["engine"];
  readonly events: {
    readonly viewed: (tab: Tab, view: VerificationView) => void;
    readonly tokenAsked: (reason: "first" | "expired") => void;
    readonly tokenGiven: (isNone: boolean) => void;
    /** The store has failed, or hasn't answered in time. */
    readonly storeFailed: () => void;
    readonly answeredLate: () => void;
  };
}

/** A flow in its own process. */
export interface Tab {
  readonly process: Process;
  readonly flow: Verification;
  /** The method that throws, and after how many more calls. */
  defect: { readonly where: Defect; after: number } | null;
  failsNextToken: boolean;
}

/** The longest time in which an adapter that ignores an abort answers, in ms. */
const LATE_MS = 3_000;

export function openTab(options: TabOptions): Tab {
  const { process, timeline, device, chance, events } = options;
  const clock = device.of(process);

  let tokens = 0;
  const api = createHttpApi({
    baseUrl: ORIGIN,
    getToken: ({ reason, signal }) =>
      new Promise((resolve, reject) => {
        events.tokenAsked(reason);
        const give = () => {
          events.tokenGiven(tab.failsNextToken);
          tokens += 1;
          if (tab.failsNextToken) reject(new Error("no token"));
          else resolve(`token-of-${process.name}-${tokens}`);
          tab.failsNextToken = false;
        };
        const abandon = timeline.plan(chance.between(0, options.tokenMs), give, process);
        signal.addEventListener("abort", () => {
          abandon();
          events.tokenGiven(true);
        });
      }),
    fetch: options.network.fetchOf(process),
    clock,
    timeoutMs: options.timeoutMs,
  });

  const meetDefect = (where: Defect): void => {
    if (tab.defect?.where !== where) return;
    tab.defect.after -= 1;
    if (tab.defect.after >= 0) return;
    tab.defect = null;
    throw new Error("a defect of the script");
  };

  /** An adapter that may throw, and may answer with `late` what was aborted: the HTTP adapter does neither. */
  const worse =
    <Call extends { readonly signal?: AbortSignal }, Value>(
      defect: Defect,
      late: Value,
      method: (call: Call) => ApiAnswer<Value>,
    ) =>
    (call: Call): ApiAnswer<Value> => {
      meetDefect(defect);
      const answer = method(call);
      if (!options.ignoresAbort) return answer;
      const answerLate = async () => {
        const result = await answer;
        if (call.signal?.aborted !== true) return result;
        await new Promise<void>((resolve) => {
          timeline.plan(chance.between(1, LATE_MS), resolve, process);
        });
        events.answeredLate();
        return ok(late);
      };
      return answerLate();
    };
  const verified = { isEmailVerified: true, isPhoneVerified: true, lifecycle: null };
  const wrapped: VerificationApi = {
    status: worse("status", verified, (call) => api.status(call)),
    sendEmailCode: worse("send", "accepted", (call) => api.sendEmailCode(call)),
    sendPhoneCode: worse("send", "accepted", (call) => api.sendPhoneCode(call)),
    resendPhoneCode: worse("send", "accepted", (call) => api.resendPhoneCode(call)),
    confirmEmail: worse("confirm", "confirmed", (call) => api.confirmEmail(call)),
    confirmPhone: worse("confirm", "confirmed", (call) => api.confirmPhone(call)),
  };

  const record =
    options.kept === null
      ? null
      : parseRecord(JSON.parse(options.kept), { userId: options.user.id, now: clock.now() }).unwrapOr(null);
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
    random: () => chance.between(0, 999) / 1_000,
    flowId: process.name,
    engine: options.engine,
    onStoreFailure: events.storeFailed,
    ...(options.store !== null && { store: options.store }),
    ...(options.store !== null && options.peers !== null && { peers: options.peers.of(process) }),
    ...(record !== null && { record }),
  });
  if (created.isErr()) throw new Error(`the options are wrong: ${JSON.stringify(created.error)}`);
  const tab: Tab = { process, flow: created.value, defect: null, failsNextToken: false };
  tab.flow.subscribe((view) => events.viewed(tab, view));
  return tab;
}
