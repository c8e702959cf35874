import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** A customer of the shop. A real shop keeps them in its database. */
interface Customer {
  /** The user's id at the verification service. */
  readonly userId: number;
  readonly email: string;
  /** When registration mailed the first code, in epoch ms. */
  readonly registeredAt: number;
}

/** The shop's accounts and sessions. */
export interface Sessions {
  addCustomer(customer: Customer, password: string): void;
  /** Starts a session and returns its id; null if the password is wrong. */
  signIn(email: string, password: string): string | null;
  customerOf(sessionId: string | undefined): Customer | null;
  hasEmail(email: string): boolean;
  end(sessionId: string | undefined): void;
  /** Ends every session, as their expiry would. */
  endAll(): void;
}

const hashOf = (password: string, salt: Buffer): Buffer => scryptSync(password, salt, 32);

export function createSessions(lifetimeMs: number): Sessions {
  const accounts = new Map<string, { customer: Customer; salt: Buffer; hash: Buffer }>();
  const sessions = new Map<string, { customer: Customer; until: number }>();
  return {
    addCustomer: (customer, password) => {
      const salt = randomBytes(16);
      accounts.set(customer.email, { customer, salt, hash: hashOf(password, salt) });
    },
    signIn: (email, password) => {
      const account = accounts.get(email);
      if (account === undefined || !timingSafeEqual(hashOf(password, account.salt), account.hash))
        return null;
      const id = randomBytes(32).toString("base64url");
      sessions.set(id, { customer: account.customer, until: Date.now() + lifetimeMs });
      return id;
    },
    customerOf: (sessionId = "") => {
      const session = sessions.get(sessionId);
      return session !== undefined && session.until > Date.now() ? session.customer : null;
    },
    hasEmail: (email) => accounts.has(email),
    end: (sessionId = "") => {
      sessions.delete(sessionId);
    },
    endAll: () => {
      sessions.clear();
    },
  };
}
