import { plainSetting, type Script, type Setting } from "../src/script/script.js";
import type { Step } from "../src/script/steps.js";

/* One-line changes of the sources. Each breaks a promise, and the named rules find it without the others. */

export interface Break {
  /** One of these rules must be broken. */
  readonly rules: readonly string[];
  readonly name: string;
  /** Relative to `packages`. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly line: string;
  readonly instead: string;
  /** Shows the break, where random flows hardly ever do. */
  readonly script?: Script;
}

const script = (setting: Partial<Setting>, ...steps: readonly Step[]): Script => ({
  setting: { ...plainSetting, ...setting },
  steps,
});

const wait = (ms: number): Step => ({ do: "wait", ms });
const type = (code: "newest" | "wrong" | "same"): Step => ({ do: "type", tab: 0, code });

const core = (file: string) => `core/src/${file}`;

export const breaks: readonly Break[] = [
  {
    rules: ["B1"],
    name: "a send that got no answer is sent again",
    file: core("rules/outcomes.ts"),
    line: 'noAnswer: { readStatus: retry, sendCode: "perhapsSent"',
    instead: "noAnswer: { readStatus: retry, sendCode: retry",
  },
  {
    rules: ["B2"],
    name: "a verdict without a look at the status",
    file: core("chart/entry.ts"),
    line: '{ guard: "codeIsWrong", target: "reconciling", actions: ["doubtCode", "requestStatus"] }',
    instead: '{ guard: "codeIsWrong", target: "waitingForCode", actions: ["doubtCode", "giveVerdict"] }',
  },
  {
    rules: ["B3"],
    name: "a request that is given up goes on",
    file: core("engine/child.ts"),
    line: "    work?.end();",
    instead: "",
    script: script(
      { latencyMs: [2_000, 2_000] },
      wait(70_000),
      type("wrong"),
      { do: "resend", tab: 0 },
      type("wrong"),
      wait(5_000),
    ),
  },
  {
    rules: ["B4"],
    name: "the late answer to an old confirm is taken for the new one's",
    file: core("engine/child.ts"),
    line: '    this.#phase = "over";\n    this.work = null;\n    work?.end();',
    instead: "    this.work = null;\n    work?.end();",
    script: script(
      { ignoresAbort: true, latencyMs: [2_000, 2_000] },
      wait(70_000),
      type("wrong"),
      { do: "resend", tab: 0 },
      type("wrong"),
      wait(5_000),
    ),
  },
  {
    rules: ["B5"],
    name: "whatever the status says is taken for verified",
    file: core("rules/steps.ts"),
    line: "status?.isPhoneVerified) === true;",
    instead: "status?.isPhoneVerified) !== undefined;",
  },
  {
    rules: ["B6"],
    name: "an accepted send needs no look at the status",
    file: core("rules/sends.ts"),
    line: 'return activeFacts(context).newestSend === "accepted" && !isKnownUnverified;',
    instead: "return false && isKnownUnverified;",
  },
  {
    rules: ["B7"],
    name: "a cooldown that bars nothing",
    file: core("rules/sends.ts"),
    line: "_sends: readonly EpochMs[]): number => policy.cooldownMs;",
    instead: "_sends: readonly EpochMs[]): number => 0 * policy.cooldownMs;",
  },
  {
    rules: ["B8"],
    name: "wrong codes that are not counted",
    file: core("rules/lock.ts"),
    line: "const attempts = activeFacts(context).attempts + 1;",
    instead: "const attempts = activeFacts(context).attempts;",
    script: script(
      { policy: { maxAttempts: 2 } },
      wait(2_000),
      type("wrong"),
      wait(2_000),
      type("wrong"),
      wait(2_000),
    ),
  },
  {
    rules: ["B9"],
    name: "a send that makes no new generation",
    file: core("rules/sends.ts"),
    line: "generation: facts.generation + 1,",
    instead: "generation: Math.max(facts.generation, 1),",
  },
  {
    rules: ["B10"],
    name: "a refused code that is sent again",
    file: core("host/refused-codes.ts"),
    line: "has: (code) => codes().has(code),",
    instead: "has: (code) => codes().has(code) && false,",
    script: script({}, wait(2_000), type("wrong"), wait(2_000), type("same"), wait(2_000)),
  },
  {
    rules: ["B11"],
    name: "a refused token that stays in use",
    file: "adapters/http/src/access-token.ts",
    line: "      current = null;\n      refused = token.value;\n      return true;",
    instead: "      return false;",
    script: script(
      {},
      wait(2_000),
      { do: "fault", on: "confirm", fault: { kind: "unauthorized" } },
      type("wrong"),
      wait(2_000),
    ),
  },
  {
    rules: ["B12"],
    name: "an unknown user who may try again",
    file: core("rules/outcomes.ts"),
    line: 'userNotFound: { readStatus: "userUnknown", sendCode: "userUnknown", confirmCode: "userUnknown" }',
    instead: "userNotFound: fails",
    script: script(
      {},
      wait(2_000),
      { do: "fault", on: "confirm", fault: { kind: "unknownUser", status: 404 } },
      type("wrong"),
      wait(5_000),
    ),
  },
  {
    rules: ["B13"],
    name: "a Retry-After that nobody reads",
    file: core("rules/retries.ts"),
    line: "return asked > 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : 0;",
    instead: "return asked > 0 ? 0 : 0;",
    script: script(
      {},
      wait(2_000),
      { do: "fault", on: "confirm", fault: { kind: "throttled", retryAfter: "120" } },
      type("wrong"),
      wait(2_000),
    ),
  },
  {
    rules: ["B14"],
    name: "repeats without an end",
    file: core("rules/retries.ts"),
    line: "if (retries >= retry.maxRetries) return null;",
    instead: "",
    script: script(
      { policy: { retry: { maxRetries: 1 } } },
      ...Array.from({ length: 4 }, (): Step => ({ do: "fault", on: "send", fault: { kind: "refused" } })),
      wait(30_000),
    ),
  },
  {
    rules: ["B15"],
    name: "a proven e-mail that is asked for again",
    file: core("rules/steps.ts"),
    line: 'isVerified(context, "email") || context.evidence.email !== null;',
    instead: 'isVerified(context, "email") && context.evidence.email === null;',
  },
  {
    rules: ["B16"],
    name: "a read of the status that can't be tried again",
    file: core("chart/flow.ts"),
    line: '"retry.requested": { target: "checkingStatus" },\n          "refresh.requested": { target: "checkingStatus" },',
    instead: "",
  },
  {
    rules: ["B17"],
    name: "a number that is named though it may be another",
    file: core("rules/phone-on-file.ts"),
    line: 'onFile !== null && onFile.sure && !otherPhoneTried && (by === "code" || onFile.flagIsIts)',
    instead: "onFile !== null && (by === by || otherPhoneTried)",
    script: script(
      { verified: "email", tellsWhy: false, policy: { cooldownMs: 0 } },
      wait(2_000),
      { do: "changePhone", tab: 0 },
      { do: "fault", on: "send", fault: { kind: "dropBefore" } },
      { do: "phone", tab: 0, which: 1 },
      wait(2_000),
      { do: "elsewhere", what: "verifyPhone" },
      { do: "refresh", tab: 0 },
      wait(2_000),
    ),
  },
  {
    rules: ["B18"],
    name: "a refresh that reads nothing",
    file: core("host/flow.ts"),
    line: "    this.#keeper?.look();\n    return this.#command(",
    instead: "    return this.#phase !== null ? taken : this.#command(",
  },
  {
    rules: ["B30"],
    name: "an address that is shown and stored whole",
    file: core("host/flow.ts"),
    line: "masked: maskEmail(email)",
    instead: "masked: email",
  },
  {
    rules: ["B31"],
    name: "a code that nobody has typed",
    file: core("host/requests.ts"),
    line: "const call = { userId: input.userId, idempotencyKey: input.idempotencyKey, signal, code };",
    instead:
      'const call = { userId: input.userId, idempotencyKey: input.idempotencyKey, signal, code: [...code].reverse().join("") };',
  },
  {
    rules: ["B32"],
    name: "a reload that ends the cooldown",
    file: core("record.ts"),
    line: "cooldown: boundedDeadline(cooldown, longestCooldownMs(policy), now),",
    instead:
      "cooldown: cooldown === null ? boundedDeadline(cooldown, longestCooldownMs(policy), now) : null,",
    script: script({}, wait(2_000), { do: "stop", tab: 0 }, { do: "open" }, wait(2_000)),
  },
  {
    rules: ["B33"],
    name: "a record that is stored and can't be taken back",
    file: core("record.ts"),
    line: "    otherPhoneTried: context.otherPhoneTried,",
    instead: "    otherPhoneTried: context.otherPhoneTried ? (1 as never) : (0 as never),",
  },

  {
    rules: ["B34"],
    name: "a tab that calls something verified before it has asked",
    file: core("chart/initial-context.ts"),
    line: "evidence: { email: null, phone: null },",
    instead: 'evidence: { email: { by: "status", contact: null }, phone: null },',
  },
  {
    rules: ["B35"],
    name: "a record that outlasts its flow",
    file: core("host/keeper.ts"),
    line: 'if (flow.phase() !== "over") return;',
    instead: 'if (flow.phase() !== "running") return;',
  },
  {
    rules: ["B36"],
    name: "a store that is waited for for ever",
    file: core("host/store-asker.ts"),
    line: "cancel = clock.schedule(giveUp, 0);",
    instead: "cancel = clock.schedule(() => void giveUp, 0);",
    script: script({ storeHeals: false }, wait(2_000), { do: "store", trouble: "hangs" }),
  },
  {
    rules: ["B1", "B7"],
    name: "a tab that doesn't read the record when it gets the turn",
    file: core("host/keeper.ts"),
    line: "if (looks) again.push(...(await takeUp(kind)));",
    instead: "if (looks && kind === null) again.push(...(await takeUp(kind)));",
    script: script({ peers: "good", storeMs: 4 }, { do: "open" }, wait(5_000)),
  },
  {
    rules: ["B7"],
    name: "a tab that writes outside its turn",
    file: core("host/keeper.ts"),
    line: "    if (peers === undefined || requests > 0) return;\n",
    instead: "    if (peers === undefined || requests > 0) return;\n    await records.save();\n",
    script: script(
      { peers: "good" },
      { do: "open" },
      wait(61_000),
      { do: "resend", tab: 0 },
      wait(2_000),
      { do: "resend", tab: 1 },
      wait(2_000),
    ),
  },
  {
    rules: ["B37"],
    name: "tabs that learn nothing of each other",
    file: core("host/keeper.ts"),
    line: "    flow.restore(found.record, waiting);",
    instead: "    if (waiting !== null) flow.restore(found.record, waiting);",
    script: script(
      { peers: "good" },
      wait(2_000),
      { do: "open" },
      wait(61_000),
      { do: "resend", tab: 0 },
      wait(20_000),
    ),
  },
  {
    rules: ["B37"],
    name: "requests that don't wait for their turn",
    file: core("host/keeper.ts"),
    line: "peers === undefined ? task() : peers.exclusively(userId, signal, task);",
    instead: "peers === undefined || signal !== ending ? task() : peers.exclusively(userId, signal, task);",
    script: script(
      { peers: "good" },
      { do: "open" },
      wait(61_000),
      {
        do: "together",
        presses: [
          { do: "type", tab: 0, code: "wrong" },
          { do: "type", tab: 1, code: "wrong" },
        ],
      },
      wait(5_000),
    ),
  },
  // Four defects that campaigns found (docs/proof.md), in the scripts that showed them, shrunk.
  {
    rules: ["B7"],
    name: "a send that a failing store didn't take is forgotten with an older record (20261211:2074)",
    file: core("host/record-keeping.ts"),
    line: "record: withSendsOf(parsed.value, record(), isUnsaved), text",
    instead: "record: parsed.value, text",
    script: script(
      { isRegistered: true, verified: "email", peers: "good" },
      { do: "store", trouble: "unavailable" },
      { do: "kill", tab: 0 },
      { do: "open" },
      { do: "tick", times: 5 },
    ),
  },
  {
    rules: ["B7"],
    name: "a send is forgotten with the record of a page that knew nothing (20261231:55753)",
    file: core("host/record-keeping.ts"),
    line: "record: withSendsOf(parsed.value, record(), isUnsaved), text",
    instead: "record: parsed.value, text",
    script: script(
      { isRegistered: true, verified: "email", peers: "good", latencyMs: [1, 5] },
      { do: "open" },
      wait(5_000),
      { do: "follow", tab: 0 },
      { do: "tick", times: 5 },
      { do: "open" },
      { do: "refresh", tab: 1 },
      {
        do: "together",
        presses: [
          { do: "follow", tab: 1 },
          { do: "type", tab: 0, code: "wrong" },
          { do: "type", tab: 1, code: "newest" },
        ],
      },
    ),
  },
  {
    rules: ["B37"],
    name: "a send that was dropped while it waited stays in the record (20261231:50833)",
    file: core("rules/restoring.ts"),
    line: "    ...withFacts(context, { sendingSince: null }),\n",
    instead: "",
    script: script(
      { isRegistered: true, verified: "email", storeMs: 50, peers: "good", seed: 2_708_705_039 },
      { do: "tick", times: 9 },
      wait(20),
      { do: "damage", how: "nonsense" },
      { do: "suspend", ms: 400_000 },
    ),
  },
  {
    rules: ["B2"],
    name: "two requests of one tab run at once after a suspension (20261221:30115)",
    file: core("host/keeper.ts"),
    line: "before === null ? inTurn(signal, task) : before.then(() => inTurn(signal, task));",
    instead: "before === null ? inTurn(signal, task) : inTurn(signal, task);",
    script: script(
      {
        policy: { cooldownMs: 0, retry: { maxRetries: 0 } },
        storeMs: 50,
        peers: "good",
        latencyMs: [50, 4_000],
        seed: 690_328_058,
      },
      { do: "tick", times: 18 },
      type("wrong"),
      { do: "follow", tab: 0 },
      { do: "follow", tab: 0 },
      { do: "sleep", tab: 2, how: "frozen" },
      { do: "open" },
      { do: "online" },
      { do: "offline" },
      wait(60_000),
      { do: "follow", tab: 1 },
      wait(11_000),
    ),
  },
  {
    rules: ["B50"],
    name: "a code of the sandbox that is right twice",
    file: "adapters/sandbox/src/issued-code.ts",
    line: '        retired = "used";\n',
    instead: "",
    script: script(
      {},
      wait(2_000),
      { do: "fault", on: "confirm", fault: { kind: "duplicate", afterMs: 5, answer: "first" } },
      type("newest"),
      wait(2_000),
    ),
  },
  {
    rules: ["B51"],
    name: "a code of the sandbox that never expires",
    file: "adapters/sandbox/src/issued-code.ts",
    line: 'if (now >= expiresAt) return "expired";',
    instead: "",
    script: script({}, wait(660_000), type("newest"), wait(2_000)),
  },
  {
    rules: ["B52"],
    name: "a code of the sandbox of seven digits",
    file: "adapters/sandbox/src/codes.ts",
    line: "if (code !== null) return code;",
    instead: "if (code !== null) return `${code}7`;",
  },
];
