import type { VerificationOptions, VerificationUser } from "@veristep/core";
import type { Settle } from "../platform/settle.js";
import { openBooks, type Books } from "../rules/books.js";
import { meaningOf } from "../rules/answers.js";
import { watchAll, type Rule } from "../rules/rule.js";
import type { Happening, SeenRequest } from "../rules/seen.js";
import type { Setting } from "../script/setting.js";
import { createBrowser, type Browser } from "./browser.js";
import { createDice, type Dice } from "./dice.js";
import { createNetwork, type Network, type Wire } from "./network.js";
import { createPerson, type Person } from "./person.js";
import type { Message, Service, Services } from "./service.js";
import { createDeviceClock, createTimeline, type DeviceClock, type Timeline } from "./timeline.js";

/** When the device's day begins, by its own clock. */
const DEVICE_START = Date.UTC(2026, 0, 1, 10);

export interface WorldOptions {
  readonly setting: Setting;
  readonly services: Services;
  readonly settle: Settle;
  readonly rules: readonly Rule[];
  readonly engine?: VerificationOptions["engine"];
  /** Told of everything that is seen, as it is seen. */
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
  readonly dice: Dice;
  readonly books: Books;
  readonly violations: ReturnType<typeof watchAll>["violations"];
  readonly tell: (happening: Happening) => void;
  /** Lets settle what follows from a step, and looks at everything. */
  readonly settleStep: () => Promise<void>;
  /** Reads what is new at the service. */
  readonly readService: (code: string | null) => void;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { setting, settle } = options;
  const dice = createDice(setting.chance);

  const afterEach = () => {
    tell({ kind: "settled" });
    return watched.violations.length === 0 ? "goOn" : "stop";
  };
  const timeline = createTimeline(settle, afterEach);
  const device = createDeviceClock(timeline, DEVICE_START);
  const messages: Message[] = [];
  const service = await options.services.open(setting.service, {
    timeline,
    seed: dice.seed(),
    isRegistering: setting.isRegistered,
    hasOneCode: setting.hasOneCode,
  });
  messages.push(...service.mail());
  service.news();
  if (setting.verified !== "nothing") service.verifyElsewhere("email");
  if (setting.verified === "both") service.verifyElsewhere("phone");

  const books = openBooks({
    setting,
    servicePolicy: service.policy,
    userId: service.userId,
    now: () => timeline.elapsed,
    serviceNow: () => service.now(),
    wall: () => device.now(),
    isVerified: (channel) => service.isVerified(channel),
    numberOnFile: () => service.numberOnFile(),
    messages,
    isStoreBusy: () => browser.store.isBusy,
    timersOf: ({ process }) => timeline.timersOf(process),
    messagesFor: ({ process }) => timeline.messagesFor(process),
  });
  const watched = watchAll(options.rules, books);
  const tell = (happening: Happening) => {
    watched.tell(happening);
    options.trace?.(happening, books);
  };

  const requests = new Map<Wire, SeenRequest>();
  const seenAs = (wire: Wire): SeenRequest => {
    const request = requests.get(wire);
    if (request === undefined) throw new Error("a request that never began");
    return request;
  };
  /** The number that a flow has named last, and that was not refused: a resend goes there. */
  let namedNumber: string | null = null;
  /** The one before, of each request that named one. */
  const namedBefore = new Map<Wire, string | null>();
  const textIn = (wire: Wire, member: string): string | null => {
    const value = wire.body[member];
    return typeof value === "string" ? value : null;
  };

  const readService = (code: string | null) => {
    for (const event of service.news()) tell({ kind: "service", event, code });
    messages.push(...service.mail());
  };

  const network = createNetwork({
    timeline,
    dice,
    latencyMs: setting.latencyMs,
    tellsWhy: setting.tellsWhy,
    ignoresAbort: setting.ignoresAbort,
    serve: service.fetch,
    events: {
      began: (wire) => {
        const tab = books.tabs.findLast(({ process }) => process === wire.process);
        if (tab === undefined) throw new Error("a request of nobody");
        const named = textIn(wire, "phoneNumber");
        if (named !== null) {
          namedBefore.set(wire, namedNumber);
          namedNumber = named;
        }
        const request: SeenRequest = {
          ...wire,
          id: books.requests.length + 1,
          tab,
          startedAt: timeline.elapsed,
          startedWall: device.now(),
          target: wire.channel === "email" ? textIn(wire, "email") : namedNumber,
          code: textIn(wire, "token") ?? textIn(wire, "code"),
          isAsked: wire.kind === "send" && tab.asked !== null && !tab.asked.isSpent && !tab.asked.wasRetrying,
          endedAt: null,
          ending: null,
          meaning: null,
          isOrphan: false,
        };
        requests.set(wire, request);
        tell({ kind: "request", request });
      },
      reached: (wire) => tell({ kind: "reached", request: seenAs(wire) }),
      processed: (wire) => readService(seenAs(wire).code),
      ended: (wire, ending, isLate) => {
        const request = seenAs(wire);
        if (isLate) {
          tell({ kind: "late", request, ending });
          return;
        }
        request.endedAt = timeline.elapsed;
        request.ending = ending;
        request.meaning = meaningOf(wire, ending);
        if (request.meaning === "refused" && namedNumber === textIn(wire, "phoneNumber"))
          namedNumber = namedBefore.get(wire) ?? null;
        tell({ kind: "ended", request });
      },
    },
  });

  const user: VerificationUser = {
    id: service.userId,
    email: setting.hasOtherEmail ? `another.${service.email}` : service.email,
    ...(setting.phone === null ? {} : { phone: service.numbers[setting.phone] }),
    ...(setting.isRegistered ? { emailCodeSentAt: DEVICE_START } : {}),
  };
  const browser = createBrowser({
    setting,
    timeline,
    device,
    network,
    service,
    dice,
    user,
    engine: options.engine,
    tell,
  });
  const person = createPerson({
    timeline,
    service,
    browser,
    dice,
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
    dice,
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
