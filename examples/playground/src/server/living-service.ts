import type { Channel, Clock, EpochMs } from "@veristep/core";
import {
  createSandbox,
  createSeededRandom,
  lifecycleCodes,
  type Fault,
  type Sandbox,
} from "@veristep/sandbox";
import { operationOf } from "./operation-of.js";
import type { WireAnswer, WireRequest } from "../service/wire.js";
import type { Person } from "./upstream.js";

/** An action on the service. */
export type Deed =
  | { readonly type: "request"; readonly request: WireRequest; readonly fault: Fault | null }
  /** Another device, or support, verifies a contact. */
  | { readonly type: "verifyElsewhere"; readonly channel: Channel }
  /** Support blocks the account. */
  | { readonly type: "block" };

/**
 * Everything that was done to the service so far. The sandbox is a deterministic engine, so this is its database:
 * the same deeds at the same times make the same service again, with the same codes in the mailbox.
 */
export interface Journal {
  readonly seed: number;
  readonly person: Person;
  readonly deeds: ReadonlyArray<Deed & { readonly at: EpochMs }>;
}

export interface JournalKeeper {
  readonly load: () => Promise<Journal | undefined>;
  readonly save: (journal: Journal) => Promise<void>;
}

/** A service that resumes where it was when the page is reloaded. */
export interface LivingService {
  readonly person: () => Person;
  /** @returns null where the connection is lost. */
  readonly perform: (deed: Deed) => Promise<WireAnswer | null>;
  /** Forgets everything, and registers a new user. */
  readonly restart: () => Promise<void>;
}

const email = "maria@example.com";

/** An identifier that no flow of this browser has a record for. */
const anyNumber = (): number => 1 + ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 2_000_000_000);

const newJournal = (): Journal => {
  const seed = anyNumber();
  return { seed, person: { id: seed, email }, deeds: [] };
};

/** Reading the mailbox changes nothing, and happens all the time. */
const isLook = (deed: Deed): boolean =>
  deed.type === "request" && deed.request.method === "GET" && operationOf("GET", deed.request.url) === null;

async function act(sandbox: Sandbox, { id }: Person, deed: Deed): Promise<WireAnswer | null> {
  if (deed.type === "verifyElsewhere") {
    sandbox.verifyElsewhere(id, deed.channel);
    return null;
  }
  if (deed.type === "block") {
    sandbox.setLifecycle(id, lifecycleCodes.blocked);
    return null;
  }
  const { request, fault } = deed;
  const operation = operationOf(request.method, request.url);
  if (fault !== null && operation !== null) sandbox.addFault({ operation, fault });
  try {
    const answer = await sandbox.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
    const { status, body } = answer;
    return {
      status,
      headers: Object.fromEntries(answer.headers),
      body: body === null ? null : await answer.arrayBuffer(),
    };
  } catch {
    return null;
  }
}

export async function createLivingService(keeper: JournalKeeper, clock: Clock): Promise<LivingService> {
  /** While the journal is replayed, the time is that of the action, and timers fire at once. */
  let then: EpochMs | null = null;
  const serviceClock: Clock = {
    now: () => then ?? clock.now(),
    schedule: (wake, delayMs) => {
      if (then === null) return clock.schedule(wake, delayMs);
      queueMicrotask(wake);
      return () => {};
    },
  };
  const open = ({ seed, person }: Journal): Sandbox => {
    const sandbox = createSandbox({ clock: serviceClock, random: createSeededRandom(seed) });
    sandbox.addUser(person);
    return sandbox;
  };

  let journal = (await keeper.load()) ?? newJournal();
  let sandbox = open(journal);
  for (const deed of journal.deeds) {
    then = deed.at;
    await act(sandbox, journal.person, deed);
  }
  then = null;
  await keeper.save(journal);

  return {
    person: () => journal.person,
    perform: (deed) => {
      if (!isLook(deed)) {
        journal = { ...journal, deeds: [...journal.deeds, { ...deed, at: clock.now() }] };
        void keeper.save(journal);
      }
      return act(sandbox, journal.person, deed);
    },
    restart: async () => {
      journal = newJournal();
      sandbox = open(journal);
      await keeper.save(journal);
    },
  };
}
