import { browserPeers, webStorageStore } from "@veristep/browser";
import {
  createVerification,
  type ApiAnswer,
  type ApiFailure,
  type Clock,
  type Policy,
  type Verification,
  type VerificationApi,
  type VerificationUser,
} from "@veristep/core";
import { err, type Result } from "neverthrow";

/** An API that also knows which user to verify, as `gatewayApi` of `@veristep/gateway/client` does. */
export interface SessionApi extends VerificationApi {
  session(signal?: AbortSignal): ApiAnswer<{ readonly user: VerificationUser; readonly policy: Policy }>;
}

/** Creates the flow of the signed-in user. It survives reloads, and tabs share it. */
export async function openFlow(
  api: SessionApi,
  clock: Clock | undefined,
): Promise<Result<Verification, ApiFailure>> {
  const session = await api.session();
  return session.andThen(({ user, policy }) =>
    createVerification({ api, user, policy, store: webStorageStore(), peers: browserPeers(), clock }).orElse(
      ([problem]) =>
        err<Verification, ApiFailure>({
          kind: "invalidRequest",
          argument: problem?.option ?? "",
          traceId: null,
          origin: "client",
        }),
    ),
  );
}
