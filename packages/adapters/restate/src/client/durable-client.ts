import type { VerificationView } from "@veristep/core";
import type { ResultAsync } from "neverthrow";
import type { DriveEnd } from "../facade/driver.js";
import type { FlowEnd, Requests } from "../facade/facade.js";
import type { Answer } from "../flow/flow-api.js";
import { createIngress, type CallOptions, type IngressFailure, type IngressOptions } from "./ingress.js";

type Handlers = {
  start: VerificationView;
  codeArrived: Answer;
  submitPhone: Answer;
  resend: Answer;
  changePhone: Answer;
  refresh: Answer;
  retry: Answer;
  cancel: Answer;
  view: VerificationView;
  result: FlowEnd;
  verify: DriveEnd;
};

type RequestOf<Handler extends keyof Handlers> = Handler extends keyof Requests
  ? Requests[Handler]
  : Requests["flow"];

/** The facade, by handler: a request and what it gives. Nothing rejects. */
export type DurableClient = {
  readonly [Handler in keyof Handlers]: (
    request: RequestOf<Handler>,
    options?: CallOptions,
  ) => ResultAsync<Handlers[Handler], IngressFailure>;
};

/** Calls flows on the engine, through any of its nodes. @throws where an ingress is no address. */
export function createDurableClient(options: IngressOptions): DurableClient {
  const call = createIngress(options);
  const handler =
    <Handler extends keyof Handlers>(name: Handler) =>
    (request: RequestOf<Handler>, how?: CallOptions) =>
      call<Handlers[Handler]>(`Veristep/${name}`, request, how);
  return {
    start: handler("start"),
    codeArrived: handler("codeArrived"),
    submitPhone: handler("submitPhone"),
    resend: handler("resend"),
    changePhone: handler("changePhone"),
    refresh: handler("refresh"),
    retry: handler("retry"),
    cancel: handler("cancel"),
    view: handler("view"),
    result: handler("result"),
    verify: handler("verify"),
  };
}
