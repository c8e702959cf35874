import type { VerificationView } from "@veristep/core";
import { flagsOf } from "./answers.js";
import { isUnclear } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** Whether the person reads that the code was wrong, or too old. */
const saysWrongCode = (view: VerificationView | null): boolean =>
  view?.failure?.about === "code" &&
  (view.failure.kind === "codeRejected" || view.failure.kind === "codeSuperseded");

/** B2 ★ After an unclear confirm, status is read before any verdict. Who is verified never sees "wrong code". */
export const b02: Rule = {
  id: "B2",
  says: "the status is read after a confirm that isn't clear, and before “wrong code”",
  watch: (_books, broken) => {
    const lastRead = (tab: SeenTab): SeenRequest | undefined =>
      tab.requests.findLast((one) => one.kind === "status" && one.meaning === "success");

    return {
      view: ({ tab, view, before }) => {
        if (!saysWrongCode(view) || view.channel === null) return;
        const read = lastRead(tab);
        const flags = read?.ending == null ? null : flagsOf(read.ending);
        if (flags?.[view.channel] === true)
          broken(`${tab.name} says “wrong code”, and #${read?.id} said verified`);
        if (saysWrongCode(before) && before?.failure?.at === view.failure?.at) return;
        const confirm = tab.requests.findLast(
          (one) => one.kind === "confirm" && one.channel === view.channel,
        );
        const isRead =
          (read?.startedAt ?? -1) >= (confirm?.endedAt ?? 0) && (read?.id ?? 0) > (confirm?.id ?? 0);
        if (!isRead)
          broken(`${tab.name} says “wrong code” after #${confirm?.id} without a read of the status`);
      },
      request: ({ request }) => {
        if (request.kind !== "confirm") return;
        const { tab } = request;
        const since = tab.submission?.afterRequest ?? 0;
        const attempts = tab.requests.filter(
          (one) =>
            one !== request &&
            one.kind === "confirm" &&
            one.channel === request.channel &&
            one.code === request.code &&
            one.id > since,
        );
        const unclear = attempts.filter(isUnclear);
        const last = attempts.at(-1);
        if (last !== undefined && isUnclear(last)) {
          const read = lastRead(tab);
          if (read === undefined || read.id < last.id)
            broken(`#${request.id} tries the code again after #${last.id} without a read of the status`);
        }
        const most = 1 + (tab.submission?.retries ?? 0);
        if (unclear.length > most)
          broken(
            `#${request.id} is try ${unclear.length + 1} of a code by itself; one more is due after an unclear one`,
          );
      },
    };
  },
};
