import type { Channel, Policy, VerificationView } from "@veristep/core";
import type { SandboxPolicy } from "@veristep/sandbox";
import type { Setting } from "../script/script.js";
import type { CallKind } from "../world/contract.js";
import type { Message } from "../world/service.js";
import type { Happening, SeenRequest, SeenTab } from "./seen.js";

/** The sources of the books. */
export interface Observed {
  readonly setting: Setting;
  readonly policy: Policy;
  readonly servicePolicy: SandboxPolicy;
  readonly userId: number;
  /** The true time since the flow began, in ms. */
  readonly now: () => number;
  /** The device's time, epoch ms. */
  readonly wall: () => number;
  /** The service's time, epoch ms. */
  readonly serviceNow: () => number;
  readonly isVerified: (channel: Channel) => boolean;
  readonly numberOnFile: () => string | null;
  /** Every message that the user was sent, oldest first. */
  readonly messages: readonly Message[];
  readonly isStoreBusy: () => boolean;
  /** Counts what a tab waits for besides its requests: timers, or messages, which are answers, news and records. */
  readonly pending: (tab: SeenTab, kind: "timer" | "message") => number;
}

/** The facts about a flow that an observer knows. Rules decide what they mean. */
export interface Books extends Observed {
  /** Every tab, in the order of opening. */
  readonly tabs: readonly SeenTab[];
  readonly requests: readonly SeenRequest[];
  /** When the service began to consider a contact verified, true time. */
  readonly verifiedAt: Readonly<Record<Channel, number | null>>;
  /** By how much the device's clock was set, and when. */
  readonly clockSets: ReadonlyArray<{ readonly at: number; readonly byMs: number }>;
  readonly stored: string | null;
  /** When a tab has stored that it is about to send. */
  readonly intents: ReadonlyArray<{ readonly at: number; readonly channel: Channel }>;
  /** Whether the store has done everything it was asked to, and only tabs have written into it. */
  readonly isStoreSound: boolean;
  /** Whether some of what was done is in no record any more. */
  readonly wasForgotten: boolean;
  /** Whether every tab has waited for its turn: none has considered another one dead. */
  readonly isShared: boolean;
  /** When the machine was suspended last, true time; -Infinity if it never was. */
  readonly suspendedAt: number;
  /** Whether a tab knows of a request: it is its own, or in an intact record. */
  knows(tab: SeenTab, request: SeenRequest): boolean;
  /** By how much the clock was set forward since a time. */
  forwardSince(at: number): number;
  /** By how much the clock was set back since a time; positive. */
  backSince(at: number): number;
  take(happening: Happening): void;
}

export const channels: readonly Channel[] = ["email", "phone"];

export const isEnded = (view: VerificationView | null): boolean =>
  view !== null && (view.step === "verified" || view.step === "failed");

/** Whether a user could be looking at the tab. */
export const isAwake = (tab: SeenTab): boolean =>
  tab.process.alive && tab.endedAt === null && tab.process.asleep === "no";

/** The requests of a kind that a tab is waiting for. */
export const waitingFor = (tab: SeenTab, kind: CallKind, channel: Channel | null): readonly SeenRequest[] =>
  tab.requests.filter((one) => one.kind === kind && one.channel === channel && one.endedAt === null);

/** `+359881000011` becomes `+359 •• ••• ••11`, as a screen shows it. */
export const masked = (number: string): string => `+359 •• ••• ••${number.slice(-2)}`;

/** Whether an ending leaves open what the service has done. */
export const isUnclear = ({ meaning }: SeenRequest): boolean =>
  meaning === "silence" || meaning === "serverError" || meaning === "strangeSuccess";

/** Whether a send may have made a code. It may if its tab was gone before it ended. */
export const mayHaveSent = (request: SeenRequest): boolean =>
  request.kind === "send" && (request.meaning === "success" || isUnclear(request) || request.isOrphan);

/** Whether the adapter's deadline has ended a request, and not the flow. */
export const timedOut = (books: Books, { endedAt, startedAt, ending }: SeenRequest): boolean =>
  ending?.how === "aborted" && endedAt !== null && endedAt - startedAt === books.setting.timeoutMs;

/** Whether the screen is about a code of this channel. */
export const isAbout = (view: VerificationView | null, channel: Channel | null): view is VerificationView =>
  view !== null && view.step === channel;

/** Whether the user can do something, or can see when that will be. */
export const leadsOn = (view: VerificationView | null): boolean =>
  view !== null &&
  (isEnded(view) ||
    view.canRetry ||
    view.code?.canSubmit === true ||
    view.resend?.allowed === true ||
    view.resend?.availableAt != null ||
    view.lock !== null ||
    view.phoneEntry !== null);

export function openBooks(observed: Observed): Books {
  const { setting, now } = observed;
  const tabs: SeenTab[] = [];
  const requests: SeenRequest[] = [];
  const verifiedAt: Record<Channel, number | null> = { email: null, phone: null };
  for (const channel of channels) if (observed.isVerified(channel)) verifiedAt[channel] = 0;
  const clockSets: Array<{ at: number; byMs: number }> = [];
  const intents: Array<{ at: number; channel: Channel }> = [];
  const sendingSince: Record<Channel, number | null> = { email: null, phone: null };
  let stored: string | null = null;
  let isStoreSound = true;
  let suspendedAt = Number.NEGATIVE_INFINITY;
  let wasOvertaken = false;
  /** Nothing before this time is in a record any more. */
  let forgottenUntil = Number.NEGATIVE_INFINITY;

  /** Nothing before this time was in a record that had not expired. */
  let expiredUntil = Number.NEGATIVE_INFINITY;
  let expiresAt = Number.POSITIVE_INFINITY;

  const noteStored = (text: string | null, isByTab: boolean) => {
    stored = text;
    if (observed.wall() >= expiresAt) expiredUntil = now();
    expiresAt = Number.POSITIVE_INFINITY;
    if (!isByTab) isStoreSound = false;
    if (text === null || !isByTab) {
      forgottenUntil = Number.POSITIVE_INFINITY;
      return;
    }
    if (forgottenUntil === Number.POSITIVE_INFINITY) forgottenUntil = now();
    const record: Readonly<Record<Channel, { readonly sendingSince: number | null } | null>> & {
      readonly expiresAt: number;
    } = JSON.parse(text);
    expiresAt = record.expiresAt;
    for (const channel of channels) {
      const since = record[channel]?.sendingSince ?? null;
      // A record that is stored again for another reason still has the same intent.
      if (since !== null && since !== sendingSince[channel]) intents.push({ at: now(), channel });
      sendingSince[channel] = since;
    }
  };
  const sumOf = (at: number, sign: 1 | -1): number =>
    clockSets.reduce((sum, set) => (set.at >= at && set.byMs * sign > 0 ? sum + set.byMs * sign : sum), 0);

  return {
    ...observed,
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
    knows: (tab, request) => {
      if (request.tab === tab) return true;
      if (setting.keeps === "none" || wasOvertaken) return false;
      if (request.startedAt <= Math.max(forgottenUntil, expiredUntil)) return false;
      return setting.peers !== "none" || (request.tab.endedAt ?? Number.POSITIVE_INFINITY) <= tab.openedAt;
    },
    forwardSince: (at) => sumOf(at, 1),
    backSince: (at) => sumOf(at, -1),
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
          happening.tab.endedAt = now();
          for (const request of happening.tab.requests) if (request.endedAt === null) request.isOrphan = true;
          return;
        case "command": {
          const { tab, command, refusal, before, typed } = happening;
          if (refusal !== null) return;
          const isSending = before.activities.includes("sending");
          // A retry continues a send that is waiting already, or is about something else.
          const isForSend = command === "resend" || command === "retry" || command === "submitPhone";
          if (isForSend && !(command === "retry" && tab.asked?.isSpent === false))
            tab.asked = { command, at: now(), wasRetrying: command === "retry" && isSending, isSpent: false };
          if (command === "submitCode" && typed !== null)
            tab.submission = { code: typed, at: now(), afterRequest: requests.length, retries: 0 };
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
            verifiedAt[happening.event.channel] ??= now();
          return;
        case "elsewhere":
          verifiedAt[happening.channel] ??= now();
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
          clockSets.push({ at: now(), byMs: happening.byMs });
          return;
        case "suspended":
          suspendedAt = now();
          return;
        case "settled":
          for (const tab of tabs) {
            const activities = tab.view?.activities ?? [];
            // A tab whose record was removed reads the status before it sends the requested code.
            const isChecking =
              activities.includes("checking") && (tab.asked?.at ?? Infinity) <= forgottenUntil;
            if (!activities.includes("sending") && !isChecking) tab.asked = null;
          }
          return;
        case "reached":
        case "ended":
        case "late":
        case "tokenAsked":
        case "tokenGiven":
        case "announced":
        case "looked":
        case "calm":
        case "over":
        case "drained":
      }
    },
  };
}
