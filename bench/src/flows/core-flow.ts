import { createVerification, type Verification, type VerificationApi } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { CODE, emailOf, phoneOf } from "./people.js";

/** The adapter over Node's own `fetch`. */
export const globalApi = (url: string): VerificationApi =>
  createHttpApi({ baseUrl: url, getToken: () => "any" });

export function created(api: VerificationApi, id: number): Verification {
  const user = { id, email: emailOf(id), phone: phoneOf(id) };
  const result = createVerification({ api, user });
  if (result.isErr()) throw new Error(result.error.map(({ problem }) => problem).join("; "));
  return result.value;
}

/** Drives the machine as a screen does: submits the code as soon as the machine awaits one. */
export const coreFlow =
  (api: VerificationApi) =>
  async (id: number): Promise<void> => {
    const verification = created(api, id);
    let given = "";
    verification.subscribe(({ awaiting, channel, activities }) => {
      // A user can't have the code before it was sent.
      if (awaiting !== "code" || channel === null || activities.includes("sending") || given === channel)
        return;
      given = channel;
      verification.submitCode(CODE);
    });
    verification.start();
    const result = await verification.result;
    if (result.isErr()) throw new Error(result.error.kind);
  };
