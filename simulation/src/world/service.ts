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

/** What the API's document leaves to the service: how this one throttles, counts and words things. */
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

/** When the service's day begins. Its clock is right, and nobody sets it. */
const SERVICE_START = Date.UTC(2026, 0, 1, 10);

/** A message in the person's mailbox or on their phone. */
export interface Message {
  readonly channel: Channel;
  readonly to: string;
  readonly code: string;
  readonly generation: number;
  /** By the service's clock, epoch ms. */
  readonly sentAt: number;
  readonly expiresAt: number;
}

/** The service, for one flow: one user of a sandbox. */
export interface Service {
  readonly userId: number;
  readonly email: string;
  /** The person's numbers. The last one's mask is the first one's; all are nobody else's. */
  readonly numbers: readonly [string, string, string];
  /** A number on another user's file. */
  readonly takenNumber: string;
  readonly policy: SandboxPolicy;
  readonly fetch: (request: Request) => Promise<Response>;
  /** The service's time. */
  now(): number;
  /** What has happened at the service since the last call: its own record, and so the truth. */
  news(): readonly SandboxEvent[];
  /** The messages that have arrived since the last call. */
  mail(): readonly Message[];
  verifyElsewhere(channel: Channel): void;
  setLifecycle(lifecycle: LifecycleCode): void;
  /** What the service holds of the user. */
  isVerified(channel: Channel): boolean;
  numberOnFile(): string | null;
}

/** Whose flow is running: a sandbox is shared by flows that run one after the other. */
interface Present {
  timeline: Timeline | null;
  random: RandomBytes;
}

interface Shared {
  readonly sandbox: Sandbox;
  readonly present: Present;
  flows: number;
}

/** A sandbox is made anew after so many flows, before its record and its mailbox grow long. */
const FLOWS_PER_SANDBOX = 100;

/** The sandbox draws a code from so many bytes, and nothing else from as few. */
const CODE_BYTES = 3;

const EMAIL = "canary.person@secret.example";

/** Services, one after the other. Building a sandbox costs as much as a flow, so flows share them. */
export function createServices() {
  const shared = new Map<number, Shared>();

  const sandboxFor = (index: number): Shared => {
    const kept = shared.get(index);
    if (kept !== undefined && kept.flows < FLOWS_PER_SANDBOX) return kept;
    const present: Present = { timeline: null, random: createSeededRandom(0) };
    const sandbox = createSandbox({
      clock: {
        now: () => SERVICE_START + (present.timeline?.elapsed ?? 0),
        schedule: () => {
          throw new Error("the sandbox's own delays are not used");
        },
      },
      random: (length) => present.random(length),
      policy: servicePolicies[index] ?? {},
    });
    const made = { sandbox, present, flows: 0 };
    shared.set(index, made);
    return made;
  };

  /** @param policy an index of {@link servicePolicies}. */
  const open = async (
    policy: number,
    {
      timeline,
      seed,
      isRegistering,
      hasOneCode,
    }: { timeline: Timeline; seed: number; isRegistering: boolean; hasOneCode: boolean },
  ): Promise<Service> => {
    const one = sandboxFor(policy);
    const { sandbox, present } = one;
    present.timeline = timeline;
    const random = createSeededRandom(seed);
    // With a low first byte the draw is one that the sandbox accepts.
    const draw = Uint8Array.from([0, ...random(CODE_BYTES - 1)]);
    present.random = (length) => (hasOneCode && length === CODE_BYTES ? draw : random(length));
    const serial = one.flows;
    one.flows += 1;

    // Numbers are unique over all users of a sandbox; what is shown of them is the same in every flow.
    const number = (block: number, end: string) => `+35988${String(10_000 + block * 1_000 + serial)}${end}`;
    const takenNumber = number(3, "33");
    sandbox.addUser({ phone: takenNumber });
    let seen = sandbox.record.since(0).at(-1)?.sequence ?? 0;
    let read = sandbox.outbox().at(-1)?.sequence ?? 0;
    const userId = isRegistering ? await register(sandbox) : sandbox.addUser({ email: EMAIL });
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

/** What the merchant's server does before a flow begins: it mails the first code. */
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
