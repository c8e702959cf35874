import type { Channel } from "@veristep/core";
import { HOUR } from "./answers.js";
import { channels, isAbout, isAwake, isEnded, masked } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** A contact is called verified only if the service considers it verified, and has told the tab. */
const b05: Rule = {
  id: "B5",
  watch: (books, broken) => {
    const wasTold = (tab: SeenTab, by: "code" | "status", channel: Channel): boolean =>
      tab.requests.some((one) =>
        by === "status"
          ? one.flags?.[channel] === true
          : one.kind === "confirm" && one.channel === channel && one.meaning === "success",
      );
    return {
      view: ({ tab, view, before }) => {
        for (const channel of channels) {
          const evidence = view.evidence[channel];
          if (evidence === null || before?.evidence[channel] != null) continue;
          if (books.verifiedAt[channel] === null)
            broken(`${tab.name} calls the ${channel} verified, and it isn't`);
          if (!wasTold(tab, evidence.by, channel))
            broken(`${tab.name} calls the ${channel} verified by ${evidence.by}, and wasn't told so`);
        }
        const isPast = (channel: Channel) =>
          view.step === "verified" ||
          (channel === "email" && (view.step === "phone" || view.step === "phoneEntry"));
        for (const channel of books.policy.channels)
          if (isPast(channel) && view.evidence[channel] === null)
            broken(`${tab.name} is past the ${channel} without evidence`);
      },
    };
  },
};

/** How long a read of the status counts as "not verified yet", in ms; generously. */
const FRESH_MS = 10_000;

/** A user who is verified already isn't left waiting for a code that never comes. */
const b06: Rule = {
  id: "B6",
  watch: (books, broken) => {
    let processed: SeenRequest | null = null;
    const pointless = new Set<SeenRequest>();
    const due = new Set<SeenRequest>();

    // By a clock that was set back since, a read is younger than it is.
    const isFreshlyRead = ({ tab, channel, endedAt }: SeenRequest): boolean =>
      tab.requests.some(
        ({ flags, startedAt }) =>
          channel !== null &&
          flags?.[channel] === false &&
          startedAt >= (endedAt ?? 0) - FRESH_MS - books.backSince(startedAt),
      );

    return {
      reached: ({ request }) => {
        processed = request;
      },
      service: ({ event }) => {
        if (event.type === "send" && event.outcome === "alreadyVerified" && processed !== null)
          pointless.add(processed);
      },
      ended: ({ request }) => {
        if (pointless.has(request) && request.meaning === "success" && !isFreshlyRead(request))
          due.add(request);
      },
      settled: () => {
        for (const send of due) {
          const { tab, channel, endedAt, id } = send;
          const isOver = !isAwake(tab) || !isAbout(tab.view, channel);
          const isRead = tab.requests.some((one) => one.kind === "status" && one.startedAt >= (endedAt ?? 0));
          const hasTime = books.now() < (endedAt ?? 0) + books.setting.tokenMs + 100;
          if (!isOver && !isRead && hasTime) continue;
          due.delete(send);
          if (!isOver && !isRead)
            broken(`#${id} was accepted for a verified contact, and ${tab.name} doesn't read the status`);
        }
      },
    };
  },
};

/** A verified e-mail stays verified, and its code is not asked for again. */
const b15: Rule = {
  id: "B15",
  watch: (books, broken) => {
    const told = new Set<SeenTab>();
    const justTold = new Set<SeenTab>();
    return {
      ended: ({ request: { tab, flags } }) => {
        if (flags?.email === true && books.policy.channels.some((one) => one === "email")) justTold.add(tab);
      },
      view: ({ tab, view, before }) => {
        if (before?.evidence.email != null && view.evidence.email === null)
          broken(`${tab.name} forgets the verified e-mail`);
        if (told.has(tab) && view.step === "email") broken(`${tab.name} asks for the e-mail's code again`);
      },
      settled: () => {
        for (const tab of justTold) told.add(tab);
        justTold.clear();
      },
    };
  },
};

/** Only the number that was verified is named. A code is accepted for a number only if one was sent to it. */
const b17: Rule = {
  id: "B17",
  watch: (books, broken) => {
    let processed: SeenRequest | null = null;
    /** Whether a request that had been given up has put the number on file. */
    let isOnFileLate = false;
    /** The numbers that tabs were given in full: of another tab's number they know only the mask. */
    const given = new Map<SeenTab, string>();
    /** Whether a change of the number has cut off a send, which may have gone out or not. */
    let wasCut = false;
    let givenAt: number | null = null;

    /** A resend that arrived must have gone to the number that the tab meant. */
    const checkResend = (request: SeenRequest) => {
      const { id, tab, target, endedAt } = request;
      const onFile = books.numberOnFile();
      if (request.operation !== "resendPhoneCode" || onFile === null || onFile === target) return;
      // Tabs whose store fails can't know of each other's numbers. A late one may find another number on file.
      if ((!books.isStoreSound && books.tabs.length > 1) || endedAt !== null) return;
      // A tab that doesn't know the number in full can't name it.
      const named = given.get(tab);
      const isKnown = named === undefined ? books.setting.phone !== null : named === target;
      if (!isOnFileLate || isKnown) broken(`#${id} is a resend for ${target}, and goes to ${onFile}`);
    };

    return {
      command: ({ tab, command, typed, refusal, before }) => {
        if (refusal !== null) return;
        if (command === "submitPhone") {
          givenAt = books.now();
          if (typed !== null) given.set(tab, typed);
        }
        if (command === "changePhone" && (before.activities.includes("sending") || givenAt === books.now()))
          wasCut = true;
      },
      reached: ({ request }) => {
        processed = request;
      },
      service: ({ event }) => {
        if (event.type !== "send" || event.outcome !== "sent" || processed === null) return;
        if (event.operation === "sendPhoneCode") isOnFileLate = processed.endedAt !== null;
        if (event.operation === "resendPhoneCode") checkResend(processed);
      },
      view: ({ tab, view, before }) => {
        const evidence = view.evidence.phone;
        const named = evidence?.contact ?? null;
        // A flag is about the number on file. A tab that hears nothing can't know what others have put there.
        const hearsAll = books.isStoreSound && books.isShared && books.setting.peers !== "poor";
        const isKnown = evidence?.by === "code" || hearsAll || books.tabs.length === 1;
        if (named !== null && before?.evidence.phone == null && isKnown) {
          const onFile = books.numberOnFile();
          if (onFile === null || masked(onFile) !== named)
            broken(`${tab.name} says that ${named} is verified, and ${onFile} is on file`);
        }
        if (view.step === "phone" && !view.canChangePhone)
          broken(`${tab.name} doesn't let the number be changed`);
      },
      request: ({ request: { id, operation, tab } }) => {
        const { step, destination, activities } = tab.view ?? {};
        if (operation !== "confirmPhone" || step !== "phone" || destination == null) return;
        if (activities?.includes("sending") === true || wasCut) return;
        const wasSentTo = books.requests.some(
          ({ kind, channel, target }) =>
            kind === "send" && channel === "phone" && target !== null && masked(target) === destination,
        );
        // A tab that is gone, or was considered dead, may have sent one after it had stored its intent.
        const mayHaveBeen =
          books.intents.some(({ channel }) => channel === "phone") &&
          (books.tabs.some(({ endedAt }) => endedAt !== null) || !books.isShared);
        if (!wasSentTo && !mayHaveBeen)
          broken(`#${id} confirms a code for ${destination}, and none was sent to it`);
      },
    };
  },
};

/** A refresh and a poll read the status, and the flow believes what the status says. */
const b18: Rule = {
  id: "B18",
  watch: (books, broken) => {
    let read: SeenRequest | null = null;
    const refreshedAt = new Map<SeenTab, number>();
    /** Since when a tab has been awake in a step in which it polls. */
    const pollsSince = new Map<SeenTab, number>();
    const noTokenAt = new Map<SeenTab, number>();

    const hasReadSince = (tab: SeenTab, at: number): boolean =>
      tab.requests.some((one) => one.kind === "status" && one.startedAt >= at) ||
      (noTokenAt.get(tab) ?? Number.NEGATIVE_INFINITY) >= at ||
      tab.view?.failure?.kind === "tokenUnavailable" ||
      tab.view?.activities.includes("retrying") === true;

    /** Until when polls wait because a read was throttled, true time. */
    const askedUntil = ({ kind, meaning, waitMs, endedAt }: SeenRequest): number =>
      kind === "status" && meaning === "throttled" && endedAt !== null ? endedAt + (waitMs ?? HOUR) : 0;

    const checkPolling = (tab: SeenTab) => {
      const { pollMs, retry } = books.policy;
      if (pollMs === null) return;
      const polls =
        tab.view?.step === "email" || tab.view?.step === "phone" || tab.view?.step === "phoneEntry";
      if (!polls || !isAwake(tab)) {
        pollsSince.delete(tab);
        return;
      }
      const since = Math.max(pollsSince.get(tab) ?? books.now(), books.suspendedAt);
      pollsSince.set(tab, since);
      const last = tab.requests.findLast((one) => one.kind === "status");
      const quiet =
        books.now() - Math.max(since, last?.endedAt ?? books.now(), ...tab.requests.map(askedUntil));
      const longest = pollMs + retry.totalMs + 4 * books.setting.timeoutMs + books.backSince(since);
      if (quiet > longest) broken(`${tab.name} has not read the status for ${quiet} ms`);
    };

    return {
      tokenGiven: ({ tab, isNone }) => {
        if (isNone) noTokenAt.set(tab, books.now());
      },
      ended: ({ request }) => {
        if (request.flags !== null) read = request;
      },
      command: ({ tab, command, refusal }) => {
        if (refusal !== null) return;
        // Another command may leave the step, and the read with it.
        if (command === "refresh") refreshedAt.set(tab, books.now());
        else refreshedAt.delete(tab);
      },
      settled: () => {
        if (read !== null) {
          const { tab, id, flags } = read;
          read = null;
          for (const channel of books.policy.channels)
            if (flags?.[channel] === true && isAwake(tab) && isAbout(tab.view, channel))
              broken(`#${id} says that the ${channel} is verified, and ${tab.name} still asks for a code`);
        }
        for (const [tab, at] of refreshedAt) {
          const isOver = !isAwake(tab) || isEnded(tab.view) || hasReadSince(tab, at);
          if (!isOver && books.now() <= at + books.setting.tokenMs + 10) continue;
          refreshedAt.delete(tab);
          if (!isOver) broken(`${tab.name} was refreshed, and doesn't read the status`);
        }
      },
      looked: () => {
        for (const tab of books.tabs) checkPolling(tab);
      },
    };
  },
};

export const evidenceRules: readonly Rule[] = [b05, b06, b15, b17, b18];
