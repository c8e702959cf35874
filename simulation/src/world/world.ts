import { createPolicy, type VerificationOptions, type VerificationUser } from "@veristep/core";
import { readEnding, unanswered } from "../rules/answers.js";
import { openBooks, type Books } from "../rules/books.js";
import { watchAll, type Rule } from "../rules/rule.js";
import type { Happening, SeenRequest } from "../rules/seen.js";
import type { Setting } from "../script/script.js";
import { createBrowser, type Browser } from "./browser.js";
import { createChance } from "./chance.js";
import { createNetwork, type Network, type Wire } from "./network.js";
import { createPerson, type Person } from "./person.js";
import type { Message, Service, Services } from "./service.js";
import { createDeviceClock, createTimeline, settle, type DeviceClock, type Timeline } from "./timeline.js";

/** The device's time when a flow begins. */
const DEVICE_START = Date.UTC(2026, 0, 1, 10);

export interface WorldOptions {
  readonly setting: Setting;
  readonly services: Services;
  readonly rules: readonly Rule[];
  readonly engine?: VerificationOptions["engine"] | undefined;
  /** Called with everything that is seen. */
  readonly trace?: ((happening: Happening, books: Books) => void) | undefined;
}

/** Everything that a flow runs in. */
export interface World {
  readonly setting: Setting;
  readonly timeline: Timeline;
  readonly device: DeviceClock;
  readonly network: Network;
  readonly service: Service;
  readonly browser: Browser;
  readonly person: Person;
  readonly books: Books;
  readonly violations: ReturnType<typeof watchAll>["violations"];
  readonly tell: (happening: Happening) => void;
  /** Waits until everything that follows from a step has happened, and looks at the screens. */
  readonly settleStep: () => Promise<void>;
  /** Reads what is new at the service. */
  readonly readService: (code: string | null) => void;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { setting } = options;
  const chance = createChance(setting.seed);

  const timeline = createTimeline(() => {
    tell({ kind: "settled" });
    return watched.violations.length === 0 ? "continue" : "stop";
  });
  const device = createDeviceClock(timeline, DEVICE_START);
  const service = await options.services.open(setting.service, {
    ...setting,
    timeline,
    seed: chance.between(0, 0xffff_ffff),
  });
  const messages: Message[] = [...service.mail()];
  service.news();
  if (setting.verified !== "nothing") service.verifyElsewhere("email");
  if (setting.verified === "both") service.verifyElsewhere("phone");

  const policy = createPolicy(setting.policy);
  if (policy.isErr()) throw new Error(`the policy is wrong: ${JSON.stringify(policy.error)}`);
  const books = openBooks({
    setting,
    policy: policy.value,
    servicePolicy: service.policy,
    userId: service.userId,
    now: () => timeline.elapsed,
    wall: device.now,
    serviceNow: service.now,
    isVerified: service.isVerified,
    numberOnFile: service.numberOnFile,
    messages,
    isStoreBusy: () => browser.store.isBusy,
    pending: ({ process }, kind) => timeline.pending(process, kind),
  });
  const watched = watchAll(options.rules, books);
  const tell = (happening: Happening) => {
    watched.tell(happening);
    options.trace?.(happening, books);
  };
  const readService = (code: string | null) => {
    for (const event of service.news()) tell({ kind: "service", event, code });
    messages.push(...service.mail());
  };

  const requests = new Map<Wire, SeenRequest>();
  const seenAs = (wire: Wire): SeenRequest => {
    const request = requests.get(wire);
    if (request === undefined) throw new Error("a request that never began");
    return request;
  };
  const textIn = ({ body }: Wire, member: string): string | null => {
    const value = body[member];
    return typeof value === "string" ? value : null;
  };
  /** The number that a flow has named last, and that wasn't refused: a resend goes there. */
  let namedNumber: string | null = null;
  /** The number before, for each request that named one. */
  const namedBefore = new Map<Wire, string | null>();

  const network = createNetwork({
    timeline,
    chance,
    latencyMs: setting.latencyMs,
    tellsWhy: setting.tellsWhy,
    serve: service.fetch,
    events: {
      began: (wire) => {
        const { process, url: _url, body: _body, ...call } = wire;
        const tab = books.tabs.findLast((one) => one.process === process);
        if (tab === undefined) throw new Error("a request without a tab");
        const named = textIn(wire, "phoneNumber");
        if (named !== null) {
          namedBefore.set(wire, namedNumber);
          namedNumber = named;
        }
        const request: SeenRequest = {
          ...call,
          ...unanswered,
          id: books.requests.length + 1,
          tab,
          startedAt: timeline.elapsed,
          target: wire.channel === "email" ? textIn(wire, "email") : namedNumber,
          code: textIn(wire, "token") ?? textIn(wire, "code"),
          isAsked: wire.kind === "send" && tab.asked !== null && !tab.asked.isSpent && !tab.asked.wasRetrying,
          endedAt: null,
          ending: null,
          isOrphan: false,
        };
        requests.set(wire, request);
        tell({ kind: "request", request });
      },
      reached: (wire) => tell({ kind: "reached", request: seenAs(wire) }),
      processed: (wire) => readService(seenAs(wire).code),
      ended: (wire, ending) => {
        const request = seenAs(wire);
        const ended = { endedAt: timeline.elapsed, ending };
        Object.assign(request, ended, readEnding(wire, ending, device.now()));
        if (request.meaning === "refused" && namedNumber === textIn(wire, "phoneNumber"))
          namedNumber = namedBefore.get(wire) ?? null;
        tell({ kind: "ended", request });
      },
    },
  });

  const user: VerificationUser = {
    id: service.userId,
    email: setting.hasOtherEmail ? `another.${service.email}` : service.email,
    ...(setting.phone !== null && { phone: service.numbers[setting.phone] }),
    ...(setting.isRegistered && { emailCodeSentAt: DEVICE_START }),
  };
  const { engine } = options;
  const browser = createBrowser({ setting, timeline, device, network, chance, user, engine, tell });
  const person = createPerson({
    service,
    browser,
    chance,
    mailMs: setting.mailMs,
    messages,
    pressed: (tab, command, typed, refusal, before) =>
      tell({ kind: "command", tab: tab.seen, command, typed, refusal, before }),
  });

  return {
    setting,
    timeline,
    device,
    network,
    service,
    browser,
    person,
    books,
    violations: watched.violations,
    tell,
    settleStep: async () => {
      await settle();
      tell({ kind: "settled" });
      browser.look();
    },
    readService,
  };
}
