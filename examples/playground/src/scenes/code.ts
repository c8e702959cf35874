import type { SceneName } from "./story.js";

/* A program for each scene, to copy: the same story against the same sandbox. A test runs each. */

const opening = (imports: string, options: string, flowOptions: string): string => `${imports}
const email = "maria@example.com";
const sandbox = createSandbox(${options});
const user = { id: sandbox.addUser({ email }), email };
const api = createHttpApi({
  baseUrl: "http://localhost",
  getToken: () => sandbox.mintToken().token,
  fetch: sandbox.fetch,
});
const flow = createVerification({ api, user${flowOptions} })._unsafeUnwrap();
const until = (isShown) =>
  new Promise((resolve) => {
    const look = (view) => isShown(view) && resolve();
    flow.subscribe(look);
    look(flow.view());
  });

flow.start();
await until(({ code, activities }) => code?.sent === "yes" && activities.length === 0);
const code = sandbox.latestCode(user.id, "email");
`;

const imports = `import { createVerification } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
`;
const usual = opening(imports, "", "");

const stories: Readonly<Record<SceneName, string>> = {
  "lost-response": `${usual}
sandbox.addFault({ operation: "confirmEmail", fault: { kind: "dropAfter" } });
flow.submitCode(code);
await until(({ step }) => step === "phoneEntry");
console.log(flow.view().evidence.email?.by); // "status": no response, and verified all the same
flow.suspend();
`,
  "two-tabs": `${opening(
    `import { browserPeers, memoryStore } from "@veristep/browser";\n${imports}\nconst store = memoryStore(); // in a page: webStorageStore()`,
    "",
    ", store, peers: browserPeers()",
  )}
const other = createVerification({ api, user, store, peers: browserPeers() })._unsafeUnwrap();
other.start();
other.subscribe(({ code }) => code?.canSubmit && other.submitCode(sandbox.latestCode(user.id, "email")));
await until(({ step }) => step === "phoneEntry");
console.log(sandbox.record.requests.sendEmailCode); // 1: the tabs share one send
flow.suspend();
other.suspend();
`,
  sleep: `${opening(
    `import { createSimulatedClock } from "@veristep/core/testing";\n${imports}\nconst clock = createSimulatedClock();`,
    "{ clock }",
    ", clock",
  )}
clock.setTime(clock.now() + 12 * 60_000); // asleep: time passes, and no timer runs
flow.refresh(); // wakeOn of @veristep/browser does this
await until(({ resend }) => resend?.allowed === true);
console.log(flow.view().announcement); // "codeExpired", and a new one can be requested at once
flow.suspend();
`,
  "wrong-codes": `${usual}
for (let turn = 1; flow.view().lock === null; turn += 1) {
  flow.submitCode(String((Number(code) + turn) % 1_000_000).padStart(6, "0"));
  await until(({ activities }) => activities.length === 0);
}
console.log(flow.view().announcement); // "lock": the fifth wrong code closes the field
flow.suspend();
`,
  "other-device": `${usual}
sandbox.verifyElsewhere(user.id, "email");
flow.refresh(); // on focus: wakeOn of @veristep/browser
await until(({ step }) => step === "phoneEntry");
console.log(flow.view().evidence.email?.by); // "status"
flow.suspend();
`,
  "blocked-posts": `${opening(imports, "", `, policy: { retry: { maxRetries: 2 } }`)
    .replace(
      "  fetch: sandbox.fetch,",
      `  fetch: (url, init) =>
    isBlocked && init.method === "POST"
      ? Promise.resolve(new Response("<title>Blocked</title>", { status: 403 }))
      : sandbox.fetch(url, init),`,
    )
    .replace("const email", "let isBlocked = true;\nconst email")
    .replace(
      /await until\(\(\{ code[^]*$/,
      "",
    )}await until(({ canRetry, activities }) => canRetry && activities.length === 0);
console.log(flow.view().announcement); // "protocol": not an answer of the service
isBlocked = false;
flow.retry();
await until(({ code }) => code?.sent === "yes");
flow.suspend();
`,
};

/** Returns the program of a scene; without one, the story of a lost response. */
export const codeOf = (name: SceneName | null): string => stories[name ?? "lost-response"];
