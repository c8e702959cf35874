/* One worker: takes turns of flows from the engine, and makes their calls of the API. Start as many as you like. */
import { outboxCodes, pooledFetch, secretFromEnv } from "@veristep/headless";
import { durableCodes } from "@veristep/headless/durable";
import { createHttpApi } from "@veristep/http";
import { serveWorker } from "@veristep/restate";
import { createContactSeal } from "@veristep/restate/client";

const baseUrl = process.env["VERISTEP_BASE_URL"] ?? "";
const { findContact } = createContactSeal(await secretFromEnv("VERISTEP_CONTACT_KEY")());

const worker = await serveWorker({
  api: createHttpApi({
    baseUrl,
    getToken: secretFromEnv("VERISTEP_TOKEN"),
    fetch: pooledFetch(baseUrl).fetch,
  }),
  findContact,
  codes: durableCodes(outboxCodes({ url: baseUrl }), findContact),
});
console.log(worker.url);

// Here a worker ends with the script that has started it, however that came to its end.
process.stdin.on("end", () => process.exit()).resume();
