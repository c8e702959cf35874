import {
  createVerification,
  describeView,
  english,
  type Channel,
  type Verification,
  type VerificationOptions,
  type VerificationView,
} from "@veristep/core";
import {
  createFakeStore,
  createSimulatedClock,
  type FakeStore,
  type SimulatedClock,
} from "@veristep/core/testing";
import { createHttpApi, type Fetch, type HttpApi } from "@veristep/http";
import {
  createSandbox,
  createSeededRandom,
  type Operation,
  type Sandbox,
  type SandboxOptions,
} from "@veristep/sandbox";

export const EMAIL = "ivan.petrov@example.com";
export const PHONE = "+359888123456";
export const SECOND = 1_000;
export const MINUTE = 60_000;

/** One user at one browser: the real flow over the real HTTP adapter and the sandbox, on simulated time. */
export interface World {
  readonly clock: SimulatedClock;
  readonly sandbox: Sandbox;
  readonly http: HttpApi;
  readonly store: FakeStore;
  readonly userId: number;
  /** Opens the page: a new flow over the browser's store, started and settled. */
  readonly open: (options?: Partial<VerificationOptions>) => Promise<Verification>;
  /** Closes the page and opens it again. */
  readonly reload: (page: Verification, options?: Partial<VerificationOptions>) => Promise<Verification>;
  /** Lets time go by, and everything settle that is due. */
  readonly pass: (ms?: number) => Promise<void>;
  /** The code in the newest message to the user, or in the message with this number, from 0. */
  readonly code: (channel: Channel, message?: number) => string;
  /** How many messages have reached the user. */
  readonly messages: (channel: Channel) => number;
  /** How many requests the service saw. */
  readonly requests: (...operations: readonly Operation[]) => number;
}

export interface WorldOptions {
  readonly sandbox?: Omit<SandboxOptions, "clock" | "random">;
  /** The way to the service, where it isn't simply the sandbox. */
  readonly network?: (service: Fetch) => Fetch;
  /** When the user was registered: long ago (the default), or just now by this page. */
  readonly registered?: "longAgo" | "justNow";
  /** The contacts that were verified before. */
  readonly verified?: readonly Channel[];
  readonly phone?: string;
  readonly options?: Partial<VerificationOptions>;
}

export async function world(given: WorldOptions = {}): Promise<World> {
  const clock = createSimulatedClock();
  const sandbox = createSandbox({ clock, random: createSeededRandom(1), ...given.sandbox });
  const service: Fetch = (url, init) => sandbox.fetch(url, init);
  const http = createHttpApi({
    baseUrl: "http://localhost",
    getToken: () => sandbox.mintToken().token,
    fetch: given.network?.(service) ?? service,
    clock,
  });
  const store = createFakeStore();
  const justNow = given.registered === "justNow";
  const userId = justNow
    ? (await http.register({ merchantId: 1, email: EMAIL }))._unsafeUnwrap().id
    : sandbox.addUser({ email: EMAIL });
  for (const channel of given.verified ?? []) sandbox.verifyElsewhere(userId, channel);
  const registeredAt = clock.now();

  // A request passes more promises and streams than the clock waits for by itself.
  const pass = async (ms = 0) => {
    for (let turns = 0; turns < 6; turns += 1) await clock.settle();
    if (ms > 0) await clock.advance(ms);
    for (let turns = 0; turns < 6; turns += 1) await clock.settle();
  };

  const open = async (options: Partial<VerificationOptions> = {}) => {
    const page = createVerification({
      api: http,
      user: {
        id: userId,
        email: EMAIL,
        ...(given.phone === undefined ? {} : { phone: given.phone }),
        ...(justNow ? { emailCodeSentAt: registeredAt } : {}),
      },
      clock,
      random: () => 0.5,
      store,
      ...given.options,
      ...options,
    })._unsafeUnwrap();
    page.start();
    await pass();
    return page;
  };

  return {
    clock,
    sandbox,
    http,
    store,
    userId,
    open,
    reload: async (page, options) => {
      page.suspend();
      return open(options);
    },
    pass,
    code: (channel, message) => {
      const codes = sandbox.outbox({ userId, channel }).map(({ code }) => code);
      return codes.at(message ?? -1) ?? "no such message";
    },
    messages: (channel) => sandbox.outbox({ userId, channel }).length,
    requests: (...operations) =>
      operations.reduce((sum, operation) => sum + sandbox.record.requests[operation], 0),
  };
}

/** Returns a code that differs from the given one. */
export const wrong = (code: string, by = 1): string =>
  String((Number(code) + by) % 1_000_000).padStart(6, "0");

/** Every view that a page is given from now on. */
export function watch(page: Verification): readonly VerificationView[] {
  const seen: VerificationView[] = [];
  page.subscribe((view) => seen.push(view));
  return seen;
}

/** Returns what the user reads at this time, in epoch ms. */
export const sentence = (page: Verification, now: number): string => describeView(page.view(), english, now);

/** The two contacts, each with a page that asks for its code. */
export const channels = [
  ["email", { registered: "longAgo" }],
  ["phone", { verified: ["email"], phone: PHONE }],
] as const satisfies ReadonlyArray<readonly [Channel, WorldOptions]>;
