import { maskEmail, maskPhone, type Channel } from "@veristep/core";
import { err } from "neverthrow";
import type { Call } from "./call.js";
import { hashed } from "./hashed.js";
import type { GatewaySettings } from "./options.js";
import type { GatewayOperation } from "./protocol.js";
import type { Confirms } from "./confirms.js";
import type { PhoneNumbers } from "./phone-numbers.js";
import type { Sends } from "./sends.js";
import type { ServiceCalls } from "./service-calls.js";
import { failures, invalidRequest, refused, succeeded, wrongCode, type Verdict } from "./verdict.js";

/** The parts that the operations use. */
export interface Parts {
  readonly service: ServiceCalls;
  readonly sends: Sends;
  readonly confirms: Confirms;
  readonly numbers: PhoneNumbers;
}

/** Runs an operation for a user. */
export type Operations = Readonly<Record<GatewayOperation, (call: Call) => Promise<Verdict>>>;

/** The operations of the protocol, for a user that is known, in a request that may pass. */
export function createOperations(settings: GatewaySettings, parts: Parts): Operations {
  const { policy, clock, showsWhole } = settings;
  const { service, sends, confirms, numbers } = parts;
  const has = (channel: Channel) => policy.channels.some((one) => one === channel);

  /*
   * For a number that the service refused as another user's, the status is read in place of each call: so it
   * takes about as long, and fails where a call would fail.
   */

  /** A channel that the policy leaves out has no routes. */
  const on =
    (channel: Channel, run: (call: Call) => Promise<Verdict>) =>
    async (call: Call): Promise<Verdict> =>
      has(channel) ? run(call) : refused(invalidRequest("path"), "guard");

  const codePattern = policy.codeFormat.characters === "digits" ? /^\d+$/ : /^[\dA-Za-z]+$/;
  const codeOf = ({ body }: Call): string | null =>
    typeof body["code"] === "string" &&
    body["code"].length === policy.codeFormat.length &&
    codePattern.test(body["code"])
      ? body["code"]
      : null;

  return {
    session: async ({ user }) => {
      const { email = null, phone = null, emailCodeSentAt = null } = user;
      return succeeded({
        user: {
          id: await hashed(`user:${typeof user.userId}:${user.userId}`),
          email: email === null || showsWhole ? email : maskEmail(email),
          phone: phone === null || showsWhole ? phone : maskPhone(phone),
          emailCodeAgeMs: emailCodeSentAt === null ? null : Math.max(0, clock.now() - emailCodeSentAt),
        },
        policy,
      });
    },

    status: (call) => service.status(call),

    sendEmailCode: on("email", async (call) => {
      const email = call.user.email ?? null;
      if (email === null) return refused(failures.contactNeeded, "session");
      return sends.send(call, {
        channel: "email",
        contact: email,
        masked: maskEmail(email),
        region: null,
        act: (context) => service.api.sendEmailCode({ ...context, email }),
        isPretended: false,
      });
    }),

    confirmEmail: on("email", async (call) => {
      const code = codeOf(call);
      if (code === null) return refused(failures.codeMalformed, "guard");
      const email = call.user.email ?? null;
      return confirms.confirm(call, {
        channel: "email",
        masked: email === null ? null : maskEmail(email),
        region: null,
        act: (context) => service.api.confirmEmail({ ...context, code, email }),
      });
    }),

    sendPhoneCode: on("phone", async (call) => {
      const named = numbers.named(call);
      if ("result" in named) return named;
      const { phone, region } = named;
      return numbers.remembering(call, phone, () =>
        sends.send(call, {
          channel: "phone",
          contact: phone,
          masked: maskPhone(phone),
          region,
          act: (context) => service.api.sendPhoneCode({ ...context, phone }),
          isPretended: false,
        }),
      );
    }),

    resendPhoneCode: on("phone", async (call) => {
      const known = await numbers.known(call);
      if (known === null) return refused(failures.contactNeeded, "destination rules");
      const { phone, region, isPretended } = known;
      return sends.send(call, {
        channel: "phone",
        contact: phone,
        masked: maskPhone(phone),
        region,
        isPretended,
        act: async (context) =>
          isPretended
            ? (await service.api.status(context)).map(() => "accepted" as const)
            : service.api.resendPhoneCode({ ...context, phone }),
      });
    }),

    confirmPhone: on("phone", async (call) => {
      const code = codeOf(call);
      if (code === null) return refused(failures.codeMalformed, "guard");
      const known = await numbers.knownOrNull(call);
      const phone = known?.phone ?? null;
      return confirms.confirm(call, {
        channel: "phone",
        masked: phone === null ? null : maskPhone(phone),
        region: known?.region ?? null,
        act: async (context) =>
          known?.isPretended === true
            ? (await service.api.status(context)).andThen(() => err(wrongCode))
            : service.api.confirmPhone({ ...context, code, phone }),
      });
    }),
  };
}
