/*
 * The whole flow in one script: a real machine over real HTTP, against a stand-in of the API on this machine
 * that has a bad day. Copy it as a start; what is marked SANDBOX is what a merchant's script has not.
 */
import { createVerification } from "@veristep/core";
import { createTimeline, reportCalls, runVerifyContact } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import { clumsyPerson } from "./clumsy-person.js";
import { summary } from "./summary.js";

const timeline = createTimeline({
  write: (line) => console.log(line),
  colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
});

// SANDBOX: the service, and what goes wrong with it today. Mailbox and phone are at `${server.url}/_sandbox`.
const server = await serveSandbox({
  policy: { tokens: [] },
  faults: [
    { operation: "sendEmailCode", fault: { kind: "status5xx", status: 503 } },
    { operation: "verifyPhone", fault: { kind: "dropAfter" } },
  ],
});
console.log("\nOne person, two contacts, and a service that has a bad day.\n");
timeline.note(`the sandbox stands in for the service at ${server.url}`);

try {
  const http = createHttpApi({
    baseUrl: server.url,
    // SANDBOX: the first token dies soon, so that the flow meets a 401.
    getToken: ({ reason }) =>
      server.sandbox.mintToken({ lifetimeMs: reason === "first" ? 1_500 : null }).token,
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
    throw new Error(created.error.map(({ option, problem }) => `${option} ${problem}`).join("; "));
  const verification = created.value;
  timeline.follow(verification);

  const result = await runVerifyContact({
    verification,
    userId: id,
    phoneNumber: "+359888123456",
    codes: clumsyPerson(verification, server.url, timeline.note), // SANDBOX: `outboxCodes`, with mistakes
  });
  console.log(summary(result, server.sandbox.record));
  process.exitCode = result.isOk() ? 0 : 1;
} finally {
  await server.close();
}
