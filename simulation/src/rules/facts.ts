import type { Channel, VerificationView } from "@veristep/core";
import type { CallKind } from "../world/contract.js";
import { isEnded, type Books } from "./books.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/* What several rules ask of the books. */

/** Whether somebody could be looking at the tab. */
export const isAwake = (tab: SeenTab): boolean =>
  tab.process.alive && tab.endedAt === null && tab.process.asleep === "no";

/** The requests of a kind that a tab is waiting for. */
export const waitingFor = (tab: SeenTab, kind: CallKind, channel: Channel | null): readonly SeenRequest[] =>
  tab.requests.filter((one) => one.kind === kind && one.channel === channel && one.endedAt === null);

/** `+359881000011` → `+359 •• ••• ••11`, as a screen shows it. */
export const masked = (number: string): string => `+359 •• ••• ••${number.slice(-2)}`;

/** Whether an ending leaves open what the service has done. */
export const isUnclear = ({ meaning }: SeenRequest): boolean =>
  meaning === "silence" || meaning === "serverError" || meaning === "strangeSuccess";

/** Whether a send may have made a code. A request whose tab is gone before it ended may have. */
export const mayHaveSent = (request: SeenRequest): boolean =>
  request.kind === "send" && (request.meaning === "success" || isUnclear(request) || request.isOrphan);

/** Whether it was the adapter's deadline that ended a request, and not the flow. */
export const timedOut = (books: Books, { endedAt, startedAt, ending }: SeenRequest): boolean =>
  ending?.how === "aborted" && endedAt !== null && endedAt - startedAt === books.setting.timeoutMs;

/** Whether the screen is about a code of this channel. */
export const isProving = (view: VerificationView | null, channel: Channel): view is VerificationView =>
  view !== null && view.step === channel;

/** Whether the person can do something, or is told when. */
export const leadsOn = (view: VerificationView | null): boolean =>
  view !== null &&
  (isEnded(view) ||
    view.canRetry ||
    view.code?.canSubmit === true ||
    view.resend?.allowed === true ||
    view.resend?.availableAt != null ||
    view.lock !== null ||
    view.phoneEntry !== null);
