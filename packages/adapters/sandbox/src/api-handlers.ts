import * as v from "valibot";
import type { Answers } from "./answers.js";
import { apiContract } from "./api-contract.js";
import type { ConfirmResult, Engine, SendResult } from "./engine.js";
import type { Operation } from "./operations.js";
import type { ResolvedPolicy } from "./policy.js";
import { parseJson, type BodyReading } from "./request-body.js";
import { bearerToken, userPathSchema } from "./request-schemas.js";
import type { Tokens } from "./tokens.js";
import type { User } from "./users.js";

/** A request whose body has arrived: from here on, all is synchronous. */
interface ArrivedRequest {
  readonly headers: Headers;
  /** `{id}` of the path, where the path has one. */
  readonly pathId: string | undefined;
  readonly body: BodyReading;
}

/** Answers a request; called twice, the service processes it twice. */
export type Handler = (request: ArrivedRequest) => Response;

/** The dependencies of the handlers. */
export interface HandlerParts {
  readonly engine: Engine;
  readonly policy: ResolvedPolicy;
  readonly answers: Answers;
  readonly tokens: Tokens;
}

/** Creates the handler of each call. It authenticates, validates, calls the engine, and writes the answer. */
export function createHandlers({
  engine,
  policy,
  answers,
  tokens,
}: HandlerParts): Record<Operation, Handler> {
  const authorized =
    (handle: Handler): Handler =>
    (request) => {
      const token = bearerToken(request.headers.get("authorization"));
      return token !== null && tokens.accepts(token) ? handle(request) : answers.unauthorized();
    };

  const withBody = <Schema extends v.GenericSchema>(
    schema: Schema,
    handle: (body: v.InferOutput<Schema>) => Response,
  ): Handler =>
    authorized(({ headers, body }) => {
      const reading = parseJson(headers, body);
      if (reading.kind !== "json") return answers.unreadable(reading.kind);
      const result = v.safeParse(schema, reading.value);
      return result.success ? handle(result.output) : answers.modelState(result.issues);
    });

  const withPathId = (handle: (id: number) => Response): Handler =>
    authorized(({ pathId }) => {
      const result = v.safeParse(userPathSchema, { id: pathId });
      return result.success ? handle(result.output.id) : answers.modelState(result.issues);
    });

  const answerSend = (result: SendResult, throttleStatus: 429 | 400 = 429): Response => {
    switch (result.outcome) {
      case "sent":
      case "alreadyVerified":
        return answers.empty(204);
      case "userNotFound":
        return answers.userNotFound();
      case "throttled":
        return throttleStatus === 429
          ? answers.throttled(String(Math.ceil(result.retryAfterMs / 1000)))
          : answers.refused("Too many requests");
      case "userState":
      case "contactMismatch":
      case "contactTaken":
      case "noContact":
        return answers.refused(refusals[result.outcome]);
    }
  };

  const answerConfirm = (
    result: ConfirmResult,
    confirmed: () => Response,
    refused: () => Response,
  ): Response => {
    switch (result.outcome) {
      case "confirmed":
        return confirmed();
      case "refused":
        return refused();
      case "userNotFound":
        return answers.userNotFound();
      case "throttled":
        return answers.throttled(String(Math.ceil(result.retryAfterMs / 1000)));
    }
  };

  const emailConfirmed = () => {
    if (policy.deployment === "current") return answers.json(200, { success: true, message: "", code: 200 });
    return policy.legacyConfirmBody === "object" ? answers.json(200, {}) : answers.empty(200);
  };

  return {
    registerUser: withBody(apiContract.registerUser.body, ({ email }) =>
      answers.json(201, { id: engine.register(email).id }),
    ),
    status: withPathId((id) => {
      const user = engine.user(id);
      return user === undefined ? answers.userNotFound() : answers.json(200, statusBody(user, policy));
    }),
    sendEmailCode: withBody(apiContract.sendEmailCode.body, ({ id, email }) =>
      answerSend(engine.sendEmailCode(id, email)),
    ),
    confirmEmail: withBody(apiContract.confirmEmail.body, ({ id, token }) =>
      answerConfirm(engine.confirm(id, "email", token), emailConfirmed, () =>
        answers.refused("Invalid token.", "bare"),
      ),
    ),
    sendPhoneCode: withBody(apiContract.sendPhoneCode.body, ({ id, phoneNumber }) =>
      answerSend(engine.sendPhoneCode(id, phoneNumber)),
    ),
    resendPhoneCode: withPathId((id) => answerSend(engine.resendPhoneCode(id), policy.resendThrottleStatus)),
    confirmPhone: withBody(apiContract.confirmPhone.body, ({ id, code }) =>
      answerConfirm(
        engine.confirm(id, "phone", code),
        () => answers.empty(200),
        () => answers.refused("Invalid code."),
      ),
    ),
  };
}

/** Only "Phone already registered" is documented; the others are prose that no client may rely on (B25). */
const refusals = {
  userState: "The state of the user does not allow this",
  contactMismatch: "Email address does not match",
  contactTaken: "Phone already registered",
  noContact: "No phone number on file",
} as const;

function statusBody({ verified, lifecycle }: User, { deployment }: ResolvedPolicy): object {
  const flags = { isEmailVerified: verified.email, isPhoneNumberVerified: verified.phone };
  if (deployment === "legacy") return flags;
  return { ...flags, isScaVerified: false, isAdditionalData: false, isOptionalKyc: false, status: lifecycle };
}
