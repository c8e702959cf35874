import type { VerificationContext } from "@veristep/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Script } from "../src/script/step.js";
import { sendGuards } from "../../packages/core/src/rules/sends.js";

/*
 * A checker that can't find anything is worth nothing. Here the library is broken in one place after the other,
 * and the rules must say so, from outside, within the flows that are played in the gate.
 */

const core = "../../packages/core/src";
const MOST_FLOWS = 300;

beforeEach(() => {
  vi.resetModules();
});
// Files share their modules: the next one must not be given a library that is broken.
afterEach(() => {
  vi.resetModules();
});

/** In which a refused code is typed again: few flows of chance do that. */
const sameCodeAgain: Script = {
  setting: {
    policy: {},
    service: 0,
    hasOneCode: false,
    isRegistered: false,
    phone: 0,
    hasOtherEmail: false,
    verified: "nothing",
    keeps: "store",
    storeMs: 0,
    storeHeals: true,
    peers: "none",
    deadAfterMs: 30_000,
    latencyMs: [20, 20],
    tokenMs: 0,
    timeoutMs: 10_000,
    ignoresAbort: false,
    tellsWhy: true,
    mailMs: 0,
    chance: 1,
  },
  steps: [
    { do: "wait", ms: 2_000 },
    { do: "type", tab: 0, code: "wrong" },
    { do: "wait", ms: 2_000 },
    { do: "type", tab: 0, code: "same" },
    { do: "wait", ms: 2_000 },
  ],
};

/** Plays flows until one breaks a rule. @returns the rules that it broke. */
async function firstBroken(script?: Script): Promise<readonly string[]> {
  const { useLightPlatform } = await import("../src/platform/light-platform.js");
  const { runFlow } = await import("../src/run-flow.js");
  const { scriptOf } = await import("../src/script/generate.js");
  const { createServices } = await import("../src/world/service.js");
  const restore = useLightPlatform();
  try {
    const services = createServices();
    for (let index = 0; index < MOST_FLOWS; index += 1) {
      const { violations } = await runFlow(script ?? scriptOf(10, index), { services });
      if (violations.length > 0) return violations.map(({ rule }) => rule);
    }
    return [];
  } finally {
    restore();
  }
}

/** Replaces what a module of the core exports, for one test. */
function breakModule(path: string, replaced: Readonly<Record<string, unknown>>) {
  vi.doMock(`${core}/${path}`, async (importOriginal) => ({
    ...(await importOriginal<Record<string, unknown>>()),
    ...replaced,
  }));
  return async (script?: Script) => {
    const broken = await firstBroken(script);
    vi.doUnmock(`${core}/${path}`);
    return broken;
  };
}

describe("the checker finds", () => {
  test("B7: a cooldown that bars nothing", async () => {
    const found = await breakModule("rules/sends.ts", {
      sendGuards: { ...sendGuards, maySend: () => true, mayResend: () => true },
    })();
    expect(found).toContain("B7");
  });

  test("B8: wrong codes that are not counted", async () => {
    const found = await breakModule("rules/lock.ts", { afterWrongCode: () => ({}) })();
    expect(found).toContain("B8");
  });

  test("B10: a refused code that is sent again", async () => {
    const found = await breakModule("host/refused-codes.ts", {
      createRefusedCodes: () => ({ add: () => {}, has: () => false }),
    })(sameCodeAgain);
    expect(found).toContain("B10");
  });

  test("B17: a number that is named though it may be another", async () => {
    const found = await breakModule("rules/phone-on-file.ts", {
      verifiedPhone: ({ contacts }: VerificationContext) => contacts.phone?.masked ?? null,
    })();
    expect(found).toContain("B17");
  });

  test("B30: an address that is shown and stored whole", async () => {
    const found = await breakModule("host/mask.ts", { maskEmail: (email: string) => email })();
    expect(found).toContain("B30");
  });

  test("B31: a reload that forgets what was sent", async () => {
    const found = await breakModule("host/keeper.ts", {
      createKeeper: () => ({
        restore: () => Promise.resolve(),
        operation: (_: string, __: unknown, request: () => Promise<unknown>) => request(),
        look: () => {},
        end: () => {},
      }),
    })();
    expect(found.some((rule) => ["B1", "B7", "B31", "B32", "B37"].includes(rule))).toBe(true);
  });
});
