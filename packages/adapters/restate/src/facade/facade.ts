import { service, TerminalError, type Context } from "@restatedev/restate-sdk";
import type { VerificationView } from "@veristep/core";
import type * as v from "valibot";
import { flowObject, type Answer, type Beginning, type Command, type Seen } from "../flow/flow-api.js";
import { driverObject, type DriveEnd } from "./driver.js";
import { asksForEmail, parse, requests, type StartRequest } from "./requests.js";
import { serviceOptions } from "../service-options.js";

/** What the facade takes, by handler: JSON, checked before anything else. */
export type Requests = { [K in keyof typeof requests]: v.InferInput<(typeof requests)[K]> };

/** How a flow ended. */
export type FlowEnd = Extract<DriveEnd, { readonly kind: "verified" | "failed" }>;

const beginningOf = (
  { userId, email, phone, emailCodeSentAt, policy }: StartRequest,
  anew: boolean,
): Beginning => {
  if (asksForEmail(policy) && email === null) {
    throw new TerminalError(
      "The request is invalid: email is missing, and the policy includes the e-mail address",
      {
        errorCode: 400,
      },
    );
  }
  return { userId, email, phone, emailCodeSentAt, policy, anew };
};

const endOf = ({ view }: Seen): FlowEnd =>
  view.failedBecause === null
    ? { kind: "verified", ...view.evidence }
    : { kind: "failed", failure: view.failedBecause };

const flowOf = (ctx: Context, flowId: string) => ctx.objectClient(flowObject, flowId);

const tell = (ctx: Context, flowId: string, command: Command): Promise<Answer> =>
  flowOf(ctx, flowId).command({ command, thenSettled: null });

/** A command without anything but the flow's name. */
const simple =
  (command: Command) =>
  async (ctx: Context, request: Requests["flow"]): Promise<Answer> =>
    tell(ctx, parse(requests.flow, request).flowId, command);

/** The one service that is open to clients. Each handler checks its request, then asks the flow. */
export const createFacade = () =>
  service({
    name: "Veristep",
    handlers: {
      /** Begins a flow. Asked again for the same user and policy, it changes nothing. */
      start: async (ctx: Context, request: Requests["start"]): Promise<VerificationView> => {
        const checked = parse(requests.start, request);
        const beginning = beginningOf(checked, false);
        const begun = await flowOf(ctx, checked.flowId).begin({ beginning, thenSettled: null });
        if (begun !== null) return begun.seen.view;
        throw new TerminalError("There is another flow of that name.", { errorCode: 409 });
      },
      /** A code is there: the workers find it by this reference. */
      codeArrived: async (ctx: Context, request: Requests["codeArrived"]): Promise<Answer> => {
        const { flowId, codeRef } = parse(requests.codeArrived, request);
        return tell(ctx, flowId, { type: "code.submitted", codeRef });
      },
      submitPhone: async (ctx: Context, request: Requests["submitPhone"]): Promise<Answer> => {
        const { flowId, phone } = parse(requests.submitPhone, request);
        return tell(ctx, flowId, { type: "phone.submitted", phone });
      },
      resend: simple({ type: "resend.requested" }),
      changePhone: simple({ type: "phone.changeRequested" }),
      refresh: simple({ type: "refresh.requested" }),
      retry: simple({ type: "retry.requested" }),
      cancel: simple({ type: "cancel.requested" }),
      view: async (ctx: Context, request: Requests["flow"]): Promise<VerificationView> =>
        flowOf(ctx, parse(requests.flow, request).flowId).look(),
      /** Waits for the end of a flow, however long that takes. */
      result: async (ctx: Context, request: Requests["flow"]): Promise<FlowEnd> => {
        const { flowId } = parse(requests.flow, request);
        const { id, promise } = ctx.awakeable<Seen>();
        return endOf((await flowOf(ctx, flowId).watch({ until: "ended", awakeable: id })) ?? (await promise));
      },
      /** Begins a flow and drives it to its end without a user, with codes from the workers' source. */
      verify: async (ctx: Context, request: Requests["verify"]): Promise<DriveEnd> => {
        const { resendAfterMs, maxAutoResends, maxAutoRetries, ...start } = parse(requests.verify, request);
        const beginning = beginningOf(start, true);
        return ctx
          .objectClient(driverObject, start.flowId)
          .drive({ beginning, resendAfterMs, maxAutoResends, maxAutoRetries });
      },
    },
    options: serviceOptions,
  });
