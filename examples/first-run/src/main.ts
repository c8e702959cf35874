/*
 * The whole flow in one script: the machine over real HTTP, against a sandbox on this computer
 * that has a bad day. Copy it as a start; what is marked SANDBOX is what a merchant's script has not.
 */
import { createVerification, type Verified } from "@veristep/core";
import { createTimeline, reportCalls, runVerifyContact, type VerifyContactError } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { serveSandbox, type SandboxServer } from "@veristep/sandbox/node";
import type { Result } from "neverthrow";
import { clumsyPerson } from "./clumsy-person.js";
import { summary } from "./summary.js";

const timeline = createTimeline({
  write: (line) => console.log(line),
  colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
});

async function verify({ url, sandbox }: SandboxServer): Promise<Result<Verified, VerifyContactError>> {
  const http = createHttpApi({
    baseUrl: url,
    getToken: ({ reason }) => {
      if (reason === "expired")
        timeline.note("401: the access token has expired; the adapter gets a new one");
      return sandbox.mintToken().token; // SANDBOX: your own tokens, from where your app has them
    },
  });

  const email = "ivan.petrov@example.com";
  const registered = await http.register({ merchantId: 1, email });
  if (registered.isErr()) throw new Error(`The registration failed: ${registered.error.kind}.`);
  const { id } = registered.value;
  timeline.note(`registered user ${id}; the service mailed a first code by itself`);

  const created = createVerification({
    api: reportCalls(http, timeline.call),
    user: { id, email, emailCodeSentAt: Date.now() },
    // A minute between two codes is right for people, and long for a demonstration.
    policy: { cooldownMs: 2_000 },
  });
  if (created.isErr())
    throw new Error(created.error.map((wrong) => `${wrong.option} ${wrong.problem}`).join("; "));
  const verification = created.value;
  timeline.follow(verification);

  return runVerifyContact({
    verification,
    userId: id,
    phone: "+359888123456",
    // SANDBOX: `outboxCodes({ url })`, but with the mistakes that people make.
    codes: clumsyPerson({ verification, url, say: timeline.note, expireTokens: sandbox.expireTokens }),
  });
}

console.log("\nOne person, two contacts, and a service that has a bad day.\n");
// SANDBOX: the service, and what goes wrong with it today. Mailbox and phone are at `${server.url}/_sandbox`.
const server = await serveSandbox({
  policy: { tokens: [] },
  faults: [
    { operation: "sendEmailCode", fault: { kind: "status5xx", status: 503 } },
    { operation: "confirmPhone", fault: { kind: "dropAfter" } },
  ],
});
timeline.note(`the sandbox stands in for the service at ${server.url}`);
try {
  const result = await verify(server);
  console.log(summary(result, server.sandbox.record));
  process.exitCode = result.isOk() ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await server.close();
}
