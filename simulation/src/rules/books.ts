import { defaultPolicy, type Channel, type Policy, type VerificationView } from "@veristep/core";
import type { SandboxPolicy } from "@veristep/sandbox";
import type { Setting } from "../script/setting.js";
import type { Message } from "../world/service.js";
import type { Happening, SeenRequest, SeenTab } from "./seen.js";

/** What the books are kept of. */
export interface Observed {
  readonly setting: Setting;
  readonly servicePolicy: SandboxPolicy;
  readonly userId: number;
  /** True time, in ms since the flow began. */
  readonly now: () => number;
  /** The device's time, epoch ms. */
  readonly wall: () => number;
  /** The service's time, epoch ms. */
  readonly serviceNow: () => number;
  /** Whether the service holds the contact verified. */
  readonly isVerified: (channel: Channel) => boolean;
  readonly numberOnFile: () => string | null;
  /** Every message that was delivered to the person, oldest first. */
  readonly messages: readonly Message[];
  /** Whether the store is carrying out something. */
  readonly isStoreBusy: () => boolean;
  /** How many timers a tab has armed. */
  readonly timersOf: (tab: SeenTab) => number;
  /** How much is on its way to a tab: answers, news, what it asked of its store. */
  readonly messagesFor: (tab: SeenTab) => number;
}

/** What is known of a flow from outside, for the rules to ask. Facts only; what they mean is for the rules. */
export interface Books extends Observed {
  readonly policy: Policy;
  /** Every tab there was, in the order of opening. */
  readonly tabs: readonly SeenTab[];
  readonly requests: readonly SeenRequest[];
  /** When the service began to hold a contact verified, true time. */
  readonly verifiedAt: Readonly<Record<Channel, number | null>>;
  /** By how much the device's clock was set, and when. */
  readonly clockSets: ReadonlyArray<{ readonly at: number; readonly byMs: number }>;
  readonly stored: string | null;
  /** When a tab said in its record that it is about to send. */
  readonly intents: ReadonlyArray<{ readonly at: number; readonly channel: Channel }>;
  readonly isHealed: boolean;
  /** Whether the store has done all that was asked of it, and nobody else wrote into it. */
  readonly isStoreSound: boolean;
  /** Whether a record has expired, and what was done before is in none any more. */
  readonly wasForgotten: boolean;
  /** Whether every tab waited for its turn: none took another one for dead. */
  readonly isShared: boolean;
  /** When the machine slept last, true time; -Infinity if it never did. */
  readonly suspendedAt: number;
  /** Whether what was done at that time is known to this tab, by itself or by an intact record. */
  knows(tab: SeenTab, request: SeenRequest): boolean;
  /** By how much the clock was set forward, or the device slept, since a time. */
  forwardSince(at: number): number;
  /** By how much the clock was set back since a time; positive. */
  backSince(at: number): number;
  take(happening: Happening): void;
}

export const channels: readonly Channel[] = ["email", "phone"];

/** Whether a flow goes no further. */
export const isEnded = (view: VerificationView | null): boolean =>
  view !== null && (view.step === "verified" || view.step === "failed");

export function openBooks(observed: Observed): Books {
  const { setting } = observed;
  const { retry, ...policy } = setting.policy;
  const tabs: SeenTab[] = [];
  const requests: SeenRequest[] = [];
  const verifiedAt: Record<Channel, number | null> = { email: null, phone: null };
  for (const channel of channels) if (observed.isVerified(channel)) verifiedAt[channel] = 0;
  const clockSets: Array<{ at: number; byMs: number }> = [];
  const intents: Array<{ at: number; channel: Channel }> = [];
  let stored: string | null = null;
  let isHealed = false;
  let isStoreSound = true;
  let suspendedAt = Number.NEGATIVE_INFINITY;
  let wasOvertaken = false;
  /** What was done before this is in no record any more. */
  let forgottenUntil = Number.NEGATIVE_INFINITY;

  const noteStored = (text: string | null, isByTab: boolean) => {
    stored = text;
    if (!isByTab) isStoreSound = false;
    if (text === null || !isByTab) {
      forgottenUntil = Number.POSITIVE_INFINITY;
      return;
    }
    if (forgottenUntil === Number.POSITIVE_INFINITY) forgottenUntil = observed.now();
    const record: Readonly<Record<Channel, { readonly sendingSince: number | null } | null>> =
      JSON.parse(text);
    for (const channel of channels) {
      if ((record[channel]?.sendingSince ?? null) !== null) intents.push({ at: observed.now(), channel });
    }
  };

  return {
    ...observed,
    policy: {
      ...defaultPolicy,
      ...policy,
      codeFormat: { ...defaultPolicy.codeFormat, ...policy.codeFormat },
      retry: { ...defaultPolicy.retry, ...retry },
    },
    tabs,
    requests,
    verifiedAt,
    clockSets,
    intents,
    get stored() {
      return stored;
    },
    get isStoreSound() {
      return isStoreSound;
    },
    get wasForgotten() {
      return forgottenUntil > Number.NEGATIVE_INFINITY;
    },
    get isShared() {
      return !wasOvertaken;
    },
    get suspendedAt() {
      return suspendedAt;
    },
    get isHealed() {
      return isHealed;
    },
    knows: (tab, request) => {
      if (request.tab === tab) return true;
      if (setting.keeps === "none" || wasOvertaken || request.startedAt <= forgottenUntil) return false;
      return setting.peers !== "none" || (request.tab.endedAt ?? Number.POSITIVE_INFINITY) <= tab.openedAt;
    },
    forwardSince: (at) =>
      clockSets.reduce((sum, set) => (set.at >= at && set.byMs > 0 ? sum + set.byMs : sum), 0),
    backSince: (at) =>
      clockSets.reduce((sum, set) => (set.at >= at && set.byMs < 0 ? sum - set.byMs : sum), 0),
    take: (happening) => {
      switch (happening.kind) {
        case "opened":
          tabs.push(happening.tab);
          return;
        case "remembered":
          happening.tab.memory = happening.memory;
          if (happening.memory !== "lost") return;
          isStoreSound = false;
          forgottenUntil = Number.POSITIVE_INFINITY;
          return;
        case "gone":
          happening.tab.endedAt = observed.now();
          for (const request of happening.tab.requests) if (request.endedAt === null) request.isOrphan = true;
          return;
        case "command": {
          const { tab, command, refusal, before, typed } = happening;
          if (refusal !== null) return;
          const isSending = before.activities.includes("sending");
          // A retry goes on with a send that is waiting already, or is about something else.
          const isAbout = command === "resend" || command === "retry" || command === "submitPhone";
          if (isAbout && !(command === "retry" && tab.asked?.isSpent === false))
            tab.asked = { command, wasRetrying: command === "retry" && isSending, isSpent: false };
          if (command === "submitCode" && typed !== null)
            tab.submission = { code: typed, at: observed.now(), afterRequest: requests.length, retries: 0 };
          if (command === "retry" && tab.submission !== null) tab.submission.retries += 1;
          return;
        }
        case "request": {
          const { request } = happening;
          requests.push(request);
          request.tab.requests.push(request);
          if (request.kind === "send" && request.tab.asked !== null) request.tab.asked.isSpent = true;
          return;
        }
        case "service":
          if (happening.event.type === "compare" && happening.event.outcome === "right")
            verifiedAt[happening.event.channel] ??= observed.now();
          return;
        case "elsewhere":
          verifiedAt[happening.channel] ??= observed.now();
          return;
        case "view":
          happening.tab.view = happening.view;
          happening.tab.viewedAt = observed.wall();
          return;
        case "stored":
          noteStored(happening.text, happening.by !== null);
          return;
        case "storeFailed":
          isStoreSound = false;
          forgottenUntil = Number.POSITIVE_INFINITY;
          return;
        case "overtook":
          wasOvertaken = true;
          return;
        case "clockSet":
          clockSets.push({ at: observed.now(), byMs: happening.byMs });
          return;
        case "suspended":
          suspendedAt = observed.now();
          return;
        case "healed":
          isHealed = true;
          return;
        case "settled":
          for (const tab of tabs) if (tab.view?.activities.includes("sending") !== true) tab.asked = null;
          return;
        case "reached":
        case "ended":
        case "late":
        case "tokenAsked":
        case "tokenGiven":
        case "announced":
        case "heard":
        case "looked":
        case "calm":
        case "over":
        case "drained":
      }
    },
  };
}
