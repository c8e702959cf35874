import type { VerificationApi } from "@veristep/core";
import { pooledFetch, promisedCodes, runVerifyContact } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { created } from "./core-flow.js";
import { CODE, emailOf, phoneOf } from "./people.js";

const codes = promisedCodes(() => Promise.resolve(CODE));

/** `@veristep/headless`: the runner for Node, with its waits, resends and rounds. */
export const headlessFlow =
  (api: VerificationApi) =>
  async (id: number): Promise<void> => {
    const [email, phone] = [emailOf(id), phoneOf(id)];
    const verification = created(api, id);
    const result = await runVerifyContact({ verification, codes, userId: id, email, phone });
    if (result.isErr()) throw new Error(result.error.message);
  };

/** The adapter over the connections of `@veristep/headless`. */
export function pooledApi(url: string): {
  readonly api: VerificationApi;
  readonly close: () => Promise<void>;
} {
  const { fetch, close } = pooledFetch(url);
  return { api: createHttpApi({ baseUrl: url, getToken: () => "any", fetch }), close };
}
