import type { Channel } from "@veristep/core";
import {
  createSandbox,
  createSeededRandom,
  type LifecycleCode,
  type RandomBytes,
  type Sandbox,
  type SandboxEvent,
  type SandboxPolicy,
} from "@veristep/sandbox";
import type { Timeline } from "./timeline.js";

/** Choices that the API's document leaves to the service. */
export const servicePolicies: readonly SandboxPolicy[] = [
  {},
  { sendCooldownMs: 30_000 },
  { sendCooldownMs: 60_000, resendThrottleStatus: 400 },
  { codeLifetimeMs: 60_000 },
  { maxWrongCodesPerCode: 2, maxWrongCodesPerWindow: 4, wrongCodeWindowMs: 120_000 },
  { deployment: "legacy", legacyConfirmBody: "empty" },
  { deployment: "legacy", bodyStyle: "legacyEnvelope" },
  { bodyStyle: "errorArray", sendCooldownMs: 5_000 },
];

/** The service's time when a flow begins. Its clock is right. */
const SERVICE_START = Date.UTC(2026, 0, 1, 10);

/** A message to the user. Times are the service's, epoch ms. */
export interface Message {
  readonly channel: Channel;
  readonly to: string;
  readonly code: string;
  readonly generation: number;
  readonly sentAt: number;
  readonly expiresAt: number;
}

/** The service for one flow: one user of a sandbox. */
export interface Service {
  readonly userId: number;
  readonly email: string;
  /** The user's numbers. The last one has the mask of the first one. */
  readonly numbers: readonly [string, string, string];
  /** A number of another user. */
  readonly takenNumber: string;
  readonly policy: SandboxPolicy;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  /** The events that the service has recorded since the last call. */
  readonly news: () => readonly SandboxEvent[];
  /** The messages that were sent since the last call. */
  readonly mail: () => readonly Message[];
  readonly verifyElsewhere: (channel: Channel) => void;
  readonly setLifecycle: (lifecycle: LifecycleCode) => void;
  readonly isVerified: (channel: Channel) => boolean;
  readonly numberOnFile: () => string | null;
}

/** A sandbox, and the flow that uses it: flows share one, as building it costs as much as a flow. */
interface Shared {
  readonly sandbox: Sandbox;
  timeline: Timeline | null;
  random: RandomBytes;
  flows: number;
}

/** A sandbox is replaced after this many flows, before its records grow long. */
const FLOWS_PER_SANDBOX = 100;

/** The bytes that the sandbox draws for a code, and for nothing else. */
const CODE_BYTES = 3;

const EMAIL = "canary.person@secret.example";

/** Opens services for flows that run one after the other. */
export function createServices() {
  const shared = new Map<number, Shared>();

  const sandboxFor = (index: number): Shared => {
    const kept = shared.get(index);
    if (kept !== undefined && kept.flows < FLOWS_PER_SANDBOX) return kept;
    const sandbox = createSandbox({
      clock: {
        now: () => SERVICE_START + (made.timeline?.elapsed ?? 0),
        schedule: () => {
          throw new Error("the sandbox's own delays are not used");
        },
      },
      random: (length) => made.random(length),
      policy: servicePolicies[index] ?? {},
    });
    const made: Shared = { sandbox, timeline: null, random: createSeededRandom(0), flows: 0 };
    shared.set(index, made);
    return made;
  };

  /** @param policy an index of {@link servicePolicies}. */
  const open = async (
    policy: number,
    options: { timeline: Timeline; seed: number; isRegistered: boolean; hasOneCode: boolean },
  ): Promise<Service> => {
    const { timeline, seed, isRegistered, hasOneCode } = options;
    const one = sandboxFor(policy);
    const { sandbox } = one;
    const random = createSeededRandom(seed);
    // The sandbox accepts a draw with a low first byte.
    const draw = Uint8Array.from([0, ...random(CODE_BYTES - 1)]);
    one.timeline = timeline;
    one.random = (length) => (hasOneCode && length === CODE_BYTES ? draw : random(length));
    const serial = 10_000 + one.flows;
    one.flows += 1;

    // Numbers are unique in a sandbox; their masks are the same in every flow.
    const number = (block: number, end: string) => `+35988${serial + block * 1_000}${end}`;
    const takenNumber = number(3, "33");
    sandbox.addUser({ phone: takenNumber });
    let seen = sandbox.record.since(0).at(-1)?.sequence ?? 0;
    let read = sandbox.outbox().at(-1)?.sequence ?? 0;
    const userId = isRegistered ? await register(sandbox) : sandbox.addUser({ email: EMAIL });
    const user = () => {
      const found = sandbox.users().find(({ id }) => id === userId);
      if (found === undefined) throw new Error("the sandbox has lost a user");
      return found;
    };

    return {
      userId,
      email: EMAIL,
      numbers: [number(0, "11"), number(1, "22"), number(2, "11")],
      takenNumber,
      policy: servicePolicies[policy] ?? {},
      fetch: sandbox.fetch,
      now: () => SERVICE_START + timeline.elapsed,
      news: () => {
        const events = sandbox.record.since(seen);
        seen = events.at(-1)?.sequence ?? seen;
        return events;
      },
      mail: () => {
        const messages = sandbox.outbox({ userId, after: read });
        read = messages.at(-1)?.sequence ?? read;
        return messages;
      },
      verifyElsewhere: (channel) => sandbox.verifyElsewhere(userId, channel),
      setLifecycle: (lifecycle) => sandbox.setLifecycle(userId, lifecycle),
      isVerified: (channel) => (channel === "email" ? user().isEmailVerified : user().isPhoneVerified),
      numberOnFile: () => user().phone,
    };
  };

  return { open };
}

export type Services = ReturnType<typeof createServices>;

/** What the merchant's server does before a flow: the service mails the first code. */
async function register(sandbox: Sandbox): Promise<number> {
  const response = await sandbox.fetch(
    new Request("http://localhost/User", {
      method: "POST",
      headers: { authorization: "Bearer merchant", "content-type": "application/json" },
      body: JSON.stringify({ merchantId: 1, email: EMAIL }),
    }),
  );
  const { id }: { readonly id: number } = JSON.parse(await response.text());
  return id;
}
