import { maskPhone, mayHaveBeenProcessed } from "@veristep/core";
import { parsePhone } from "@veristep/phone";
import { phoneCountry } from "@veristep/phone/country";
import { err, ok } from "neverthrow";
import type { Counters } from "./counters/counters.port.js";
import type { Region } from "./limits/traffic.js";
import type { Call } from "./call.js";
import type { GatewaySettings } from "./options.js";
import { failures, invalidRequest, refused, type Verdict } from "./verdict.js";

/** A number that codes may go to. */
interface AllowedNumber {
  /** E.164. */
  readonly phone: string;
  readonly region: Region;
}

/** The number that a user's codes go to. */
interface KnownNumber extends AllowedNumber {
  /** The service refused it as another user's, and the page doesn't know. */
  readonly isPretended: boolean;
}

/** Which number a user's codes go to: what the page may choose, and what it chose before. */
export interface PhoneNumbers {
  /** The number of a request, if the page may name it and codes may go there. */
  named(call: Call): AllowedNumber | Verdict;
  /** Runs a send to a number and remembers it, as a resend names none. */
  remembering(call: Call, phone: string, send: () => Promise<Verdict>): Promise<Verdict>;
  /** The number of the last send, or the session's; null where neither is known. @throws CountersDown */
  known(call: Call): Promise<KnownNumber | null>;
  /** As {@link known}; null as well while the counters are down. */
  knownOrNull(call: Call): Promise<KnownNumber | null>;
}

/** How long a page may show the flow, in ms. A later resend has to name the number again. */
const REMEMBERED_MS = 3_600_000;

export function createPhoneNumbers(settings: GatewaySettings, counters: Counters): PhoneNumbers {
  const { countries, canChangePhone, policy } = settings;
  const rememberedMs = Math.max(REMEMBERED_MS, policy.sendWindowMs);

  /** The allow-list comes before every count: a country that isn't on it never costs anything. */
  const allowed = (phone: string): AllowedNumber | null => {
    const country = phoneCountry(phone);
    return country !== null && countries.has(country)
      ? { phone, region: { country, prefix: phone.slice(0, -4) } }
      : null;
  };
  const keyOf = ({ userKey }: Call) => `${userKey}:to`;

  /** A number is kept as its digits, which fit a count; a pretended one is negative. */
  const known = async (call: Call): Promise<KnownNumber | null> => {
    const kept = await counters.read(keyOf(call));
    const phone = kept === null ? (call.user.phone ?? null) : `+${Math.abs(kept.value)}`;
    const number = phone === null ? null : allowed(phone);
    return number === null ? null : { ...number, isPretended: kept !== null && kept.value < 0 };
  };

  return {
    named: ({ user, body }) => {
      const input = body["phone"];
      if (typeof input !== "string") return refused(invalidRequest("phone"), "guard");
      const own = user.phone ?? null;
      const isOwn = own !== null && (input === own || input === maskPhone(own));
      if (own !== null && !isOwn && !canChangePhone) return refused(failures.notAllowed, "destination rules");
      // The page has asked the user about a range that isn't known to be in use.
      const number = parsePhone(isOwn ? own : input)
        .orElse((problem) => (problem.kind === "unknownRange" ? ok(problem.number) : err(problem)))
        .unwrapOr(null);
      if (number === null) return refused(failures.invalidContact, "destination rules");
      return allowed(number) ?? refused(failures.notAllowed, "destination rules", maskPhone(number));
    },
    remembering: async (call, phone, send) => {
      const verdict = await send();
      const { result, by, hidden } = verdict;
      const mayBeOnFile = result.isOk() || (by === "service" && mayHaveBeenProcessed(result.error));
      if (mayBeOnFile) {
        try {
          await counters.set(keyOf(call), Number(phone.slice(1)) * (hidden === null ? 1 : -1), rememberedMs);
        } catch {
          // A resend will ask for the number again.
        }
      }
      return verdict;
    },
    known,
    knownOrNull: async (call) => {
      try {
        return await known(call);
      } catch {
        return null;
      }
    },
  };
}
