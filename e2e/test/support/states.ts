import type { VerificationView } from "@veristep/core";
import { eventually } from "@veristep/e2e";
import { expect } from "vitest";
import { reachEmailCode, reachNumber, reachPhoneCode, typeWrongCodes } from "./person.js";
import type { Partly, Tab } from "./tab.js";
import { loseNextAnswer, PHONE, type World } from "./world.js";

/** A state of the page when the user leaves it. */
export interface State {
  readonly name: string;
  /** Brings a tab into the state. */
  readonly reach: (world: World) => Promise<Tab>;
  /** Whether nothing is under way there: then each deadline is known before, and must be the same after. */
  readonly rests?: true;
  /** The view once the tab has settled after the reload. */
  readonly after: Partly<VerificationView>;
  /** All requests to send and to confirm that the service received, once the tab has settled. */
  readonly requests: readonly [sends: number, confirms: number];
}

/** Waits between automatic retries that are long enough for a test to see the flow wait. */
export const longWaits = { policy: { retry: { baseMs: 20_000, capMs: 20_000, totalMs: 120_000 } } };
const unavailable = { kind: "status5xx", status: 503 } as const;

const checking: readonly State[] = [
  {
    name: "checking",
    reach: async (world) => {
      world.hold("status", "before");
      const tab = await world.open();
      await tab.sees({ step: "checking", activities: ["checking"] });
      return tab;
    },
    after: { step: "email", code: { sent: "yes", generation: 1 } },
    requests: [1, 0],
  },
  {
    name: "waiting to check again",
    reach: async (world) => {
      world.sandbox.addFault({ operation: "status", fault: unavailable });
      const tab = await world.open(longWaits);
      await tab.sees({ step: "checking", activities: ["retrying", "checking"] });
      return tab;
    },
    after: { step: "email", code: { sent: "yes" } },
    requests: [1, 0],
  },
  {
    name: "where checking was given up",
    reach: async (world) => {
      world.sandbox.addFault({ operation: "status", fault: unavailable });
      const tab = await world.open({ policy: { retry: { maxRetries: 0 } } });
      await tab.sees({ awaiting: "retry" });
      return tab;
    },
    after: { step: "email", code: { sent: "yes" } },
    requests: [1, 0],
  },
];

const email: readonly State[] = [
  {
    name: "sending, and the code was sent",
    reach: async (world) => {
      world.hold("sendEmailCode", "after");
      const tab = await world.open();
      await tab.sees({ activities: ["sending"] });
      await eventually(() => {
        expect(world.sandbox.record.sent).toBe(1);
      });
      return tab;
    },
    after: { step: "email", awaiting: "code", code: { sent: "perhaps", canSubmit: true } },
    requests: [1, 0],
  },
  {
    name: "sending, and nothing was sent",
    reach: async (world) => {
      world.hold("sendEmailCode", "before");
      const tab = await world.open();
      await tab.sees({ activities: ["sending"] });
      await eventually(() => {
        expect(world.sends()).toBe(1);
      });
      return tab;
    },
    after: { step: "email", awaiting: "code", code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } },
    requests: [1, 0],
  },
  {
    name: "waiting to send again",
    reach: async (world) => {
      world.sandbox.addFault({ operation: "sendEmailCode", fault: unavailable });
      const tab = await world.open(longWaits);
      await tab.sees({ activities: ["sending", "retrying"] });
      return tab;
    },
    // A 5xx doesn't tell whether a code was sent.
    after: { step: "email", code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } },
    requests: [1, 0],
  },
  {
    name: "cooling down",
    rests: true,
    reach: (world) => reachEmailCode(world),
    after: { step: "email", awaiting: "code", code: { sent: "yes" }, resend: { blockedBy: "cooldown" } },
    requests: [1, 0],
  },
  {
    name: "perhaps sent",
    rests: true,
    reach: async (world) => {
      await loseNextAnswer(world, "send-confirmation");
      return reachEmailCode(world);
    },
    after: { step: "email", code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } },
    requests: [1, 0],
  },
  {
    name: "out of sends",
    rests: true,
    reach: (world) => reachEmailCode(world, { policy: { maxSendsPerWindow: 1 } }),
    after: { step: "email", awaiting: "code", resend: { blockedBy: "sendLimit", sendsLeft: 0 } },
    requests: [1, 0],
  },
  {
    name: "confirming, and the code was taken",
    reach: async (world) => {
      const tab = await reachEmailCode(world);
      world.hold("confirmEmail", "after");
      await tab.submitCode(world.code("email"));
      await tab.sees({ activities: ["confirming"] });
      await eventually(() => {
        expect(world.sandbox.users()[0]?.isEmailVerified).toBe(true);
      });
      return tab;
    },
    after: { step: "phoneEntry", evidence: { email: { by: "status" } } },
    requests: [1, 1],
  },
  {
    name: "confirming, and the code was not looked at",
    reach: async (world) => {
      const tab = await reachEmailCode(world);
      world.hold("confirmEmail", "before");
      await tab.submitCode(world.code("email"));
      await eventually(() => {
        expect(world.confirms()).toBe(1);
      });
      return tab;
    },
    after: { step: "email", awaiting: "code", failure: null, code: { attemptsLeft: 5 } },
    requests: [1, 1],
  },
  {
    name: "waiting to confirm again",
    reach: async (world) => {
      const tab = await reachEmailCode(world, { ...longWaits, wakesUp: false });
      await world.context.setOffline(true);
      await tab.submitCode(world.code("email"));
      await tab.sees({ activities: ["confirming", "retrying"] });
      await world.context.setOffline(false);
      return tab;
    },
    after: { step: "email", awaiting: "code", failure: null, code: { attemptsLeft: 5 } },
    requests: [1, 0],
  },
  {
    name: "reading the status after an unclear confirm",
    reach: async (world) => {
      const tab = await reachEmailCode(world);
      world.sandbox.addFault({ operation: "confirmEmail", fault: unavailable });
      world.hold("status", "before");
      await tab.submitCode(world.code("email"));
      await tab.sees({ activities: ["reconciling"] });
      return tab;
    },
    after: { step: "email", awaiting: "code", failure: null, code: { attemptsLeft: 5 } },
    requests: [1, 1],
  },
  {
    name: "after a wrong code",
    rests: true,
    reach: async (world) => {
      const tab = await reachEmailCode(world);
      await tab.submitCode(world.wrongCode("email"));
      await tab.sees({ activities: [], failure: { kind: "codeRejected" } });
      return tab;
    },
    after: { step: "email", awaiting: "code", code: { attemptsLeft: 4 } },
    requests: [1, 1],
  },
  {
    name: "locked",
    rests: true,
    reach: async (world) => {
      const tab = await reachEmailCode(world, { policy: { maxAttempts: 2 } });
      await typeWrongCodes(world, tab, [1, 2]);
      await tab.sees({ lock: { by: "attempts" } });
      return tab;
    },
    after: { step: "email", lock: { by: "attempts" }, code: { canSubmit: false } },
    requests: [1, 2],
  },
];

const phone: readonly State[] = [
  {
    name: "asking for the number",
    rests: true,
    reach: (world) => reachNumber(world),
    after: { step: "phoneEntry", awaiting: "phone", phoneEntry: { canSubmit: true } },
    requests: [1, 1],
  },
  {
    name: "sending to the phone, and the code was sent",
    reach: async (world) => {
      const tab = await reachNumber(world);
      world.hold("sendPhoneCode", "after");
      await tab.submitPhone(PHONE);
      await tab.sees({ step: "phone", activities: ["sending"] });
      await eventually(() => {
        expect(world.sandbox.record.sent).toBe(2);
      });
      return tab;
    },
    after: { step: "phone", awaiting: "code", code: { sent: "perhaps" } },
    requests: [2, 1],
  },
  {
    name: "cooling down, on the phone",
    rests: true,
    reach: (world) => reachPhoneCode(world),
    after: { step: "phone", awaiting: "code", code: { sent: "yes" }, resend: { blockedBy: "cooldown" } },
    requests: [2, 1],
  },
  {
    name: "confirming the number, and the code was taken",
    reach: async (world) => {
      const tab = await reachPhoneCode(world);
      world.hold("confirmPhone", "after");
      await tab.submitCode(world.code("phone"));
      await eventually(() => {
        expect(world.sandbox.users()[0]?.isPhoneVerified).toBe(true);
      });
      return tab;
    },
    after: { step: "verified", evidence: { phone: { by: "status" } } },
    requests: [2, 2],
  },
  {
    name: "verified",
    reach: async (world) => {
      const tab = await reachPhoneCode(world);
      await tab.submitCode(world.code("phone"));
      await tab.sees({ step: "verified" });
      return tab;
    },
    after: { step: "verified", evidence: { email: { by: "status" }, phone: { by: "status" } } },
    requests: [2, 2],
  },
];

export const states: readonly State[] = [...checking, ...email, ...phone];
