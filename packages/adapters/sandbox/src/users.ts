import type { Channel } from "@veristep/core";
import { createChannelState, type ChannelState } from "./channel-state.js";
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

/** What the sandbox knows about a user. */
export interface UserView {
  /** An int32, 1 to 2147483647. */
  readonly id: number;
  /** The registered address; null for a user without one. */
  readonly email: string | null;
  /** The number on file, E.164; null for none. */
  readonly phoneNumber: string | null;
  readonly isEmailVerified: boolean;
  readonly isPhoneNumberVerified: boolean;
  readonly lifecycle: LifecycleCode;
}

/** A user inside the engine. */
export interface User {
  readonly id: number;
  readonly email: string | null;
  phoneNumber: string | null;
  lifecycle: LifecycleCode;
  readonly verified: Record<Channel, boolean>;
  readonly channels: Readonly<Record<Channel, ChannelState>>;
}

/** What a user starts with. */
interface UserSeed {
  /** The next free one if undefined. */
  readonly id?: number | undefined;
  readonly email: string | null;
  readonly phoneNumber?: string | null;
  readonly lifecycle?: LifecycleCode;
}

/** All users, and the two things that are unique over them. */
export interface Users {
  /** @returns the new user, or why there can't be one. */
  add(seed: UserSeed): User | "idTaken" | "phoneTaken";
  find(id: number): User | undefined;
  /** Whether a user other than this one has the number on file. */
  isTaken(phoneNumber: string, id: number): boolean;
  /** Puts a number on file; the user's former one becomes free. */
  setPhoneNumber(user: User, phoneNumber: string): void;
  readonly list: () => readonly UserView[];
}

export function createUsers(policy: ResolvedPolicy, random: RandomBytes): Users {
  const users = new Map<number, User>();
  const owners = new Map<string, number>();
  let nextId = 1;

  const isTaken = (phoneNumber: string, id: number) => (owners.get(phoneNumber) ?? id) !== id;
  const setPhoneNumber = (user: User, phoneNumber: string) => {
    if (user.phoneNumber !== null) owners.delete(user.phoneNumber);
    owners.set(phoneNumber, user.id);
    user.phoneNumber = phoneNumber;
  };

  return {
    add: ({ id, email, phoneNumber = null, lifecycle = lifecycleCodes.registered }) => {
      while (users.has(nextId)) nextId += 1;
      const user: User = {
        id: id ?? nextId,
        email,
        phoneNumber: null,
        lifecycle,
        verified: { email: false, phone: false },
        channels: {
          email: createChannelState(policy, random),
          phone: createChannelState(policy, random),
        },
      };
      if (users.has(user.id)) return "idTaken";
      if (phoneNumber !== null) {
        if (isTaken(phoneNumber, user.id)) return "phoneTaken";
        setPhoneNumber(user, phoneNumber);
      }
      users.set(user.id, user);
      return user;
    },
    find: (id) => users.get(id),
    isTaken,
    setPhoneNumber,
    list: () =>
      Array.from(users.values(), ({ id, email, phoneNumber, verified, lifecycle }) => ({
        id,
        email,
        phoneNumber,
        isEmailVerified: verified.email,
        isPhoneNumberVerified: verified.phone,
        lifecycle,
      })),
  };
}
