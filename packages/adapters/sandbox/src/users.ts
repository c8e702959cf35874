import type { Channel, EpochMs } from "@veristep/core";
import { createChannelState, type ChannelState, type ChannelView } from "./channel-state.js";
import type { ResolvedPolicy } from "./policy.js";
import type { RandomBytes } from "./random.js";

/** The documented lifecycle codes of a user. */
export const lifecycleCodes = {
  registered: 50,
  pendingVerification: 150,
  active: 200,
  deactivated: 300,
  closed: 350,
  blocked: 400,
} as const;

/** One of the documented lifecycle codes. */
export type LifecycleCode = (typeof lifecycleCodes)[keyof typeof lifecycleCodes];

/** The largest identifier: an int32. */
export const maxUserId = 2_147_483_647;

/** A user of the sandbox. */
export interface UserView {
  /** An int32, 1 to 2147483647. */
  readonly id: number;
  /** The registered address; null for a user without one. */
  readonly email: string | null;
  /** The number on file, E.164; null for none. */
  readonly phone: string | null;
  readonly isEmailVerified: boolean;
  readonly isPhoneVerified: boolean;
  readonly lifecycle: LifecycleCode;
}

/** A user with the state of their codes. */
export interface UserState extends UserView {
  readonly channels: Readonly<Record<Channel, ChannelView>>;
}

/** Which users to read; everything that is left out matches all. */
export interface UsersFilter {
  /** Part of the id, the address or the number. */
  readonly search?: string;
  /** So many at most: the newest that match. */
  readonly limit?: number;
}

/** A user inside the engine. */
export interface User {
  readonly id: number;
  readonly email: string | null;
  phone: string | null;
  lifecycle: LifecycleCode;
  readonly verified: Record<Channel, boolean>;
  readonly channels: Readonly<Record<Channel, ChannelState>>;
}

/** A new user. */
interface UserSeed {
  /** The next free one if undefined. */
  readonly id?: number | undefined;
  readonly email: string | null;
  readonly phone?: string | null;
  readonly lifecycle?: LifecycleCode;
}

/** All users, and the two things that are unique over them. */
export interface Users {
  /** @returns the new user, or why there can't be one. */
  add(seed: UserSeed): User | "idTaken" | "phoneTaken";
  find(id: number): User | undefined;
  /** Whether a user other than this one has the number on file. */
  isTaken(phone: string, id: number): boolean;
  /** Puts a number on file; the user's former one becomes free. */
  setPhone(user: User, phone: string): void;
  readonly list: () => readonly UserView[];
  /** Reads the users that match, with the state of their codes; `total` counts those beyond the limit as well. */
  readonly read: (
    filter: UsersFilter,
    now: EpochMs,
  ) => { readonly total: number; readonly users: readonly UserState[] };
}

export function createUsers(policy: ResolvedPolicy, random: RandomBytes): Users {
  const users = new Map<number, User>();
  const owners = new Map<string, number>();
  let nextId = 1;

  const isTaken = (phone: string, id: number) => (owners.get(phone) ?? id) !== id;
  const setPhone = (user: User, phone: string) => {
    if (user.phone !== null) owners.delete(user.phone);
    owners.set(phone, user.id);
    user.phone = phone;
  };

  return {
    add: ({ id, email, phone = null, lifecycle = lifecycleCodes.registered }) => {
      while (users.has(nextId)) nextId += 1;
      const user: User = {
        id: id ?? nextId,
        email,
        phone: null,
        lifecycle,
        verified: { email: false, phone: false },
        channels: {
          email: createChannelState(policy, random),
          phone: createChannelState(policy, random),
        },
      };
      if (users.has(user.id)) return "idTaken";
      if (phone !== null) {
        if (isTaken(phone, user.id)) return "phoneTaken";
        setPhone(user, phone);
      }
      users.set(user.id, user);
      return user;
    },
    find: (id) => users.get(id),
    isTaken,
    setPhone,
    list: () => Array.from(users.values(), viewOf),
    read: ({ search = "", limit = Number.POSITIVE_INFINITY }, now) => {
      const wanted = search.trim().toLowerCase();
      const fits = ({ id, email, phone }: User) =>
        wanted === "" ||
        [String(id), email, phone].some((text) => text?.toLowerCase().includes(wanted) === true);
      const found = Array.from(users.values()).filter(fits);
      return {
        total: found.length,
        users: found.slice(-limit).map((user) => {
          const { email, phone } = user.channels;
          return Object.assign(viewOf(user), {
            channels: { email: email.view(now), phone: phone.view(now) },
          });
        }),
      };
    },
  };
}

const viewOf = ({ id, email, phone, verified, lifecycle }: User): UserView => ({
  id,
  email,
  phone,
  isEmailVerified: verified.email,
  isPhoneVerified: verified.phone,
  lifecycle,
});
