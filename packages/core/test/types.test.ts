import {
  createPolicy,
  createVerification,
  english,
  formatMessage,
  type ApiFailure,
  type ChannelOrder,
  type CommandRefusal,
  type FlowFailure,
  type MessageCatalogue,
  type MessageKey,
  type Policy,
  type PolicyOptions,
  type Taken,
  type Verification,
  type VerificationApi,
  type VerificationEvent,
  type VerificationOutput,
  type VerificationTag,
  type VerificationUser,
  type VerificationView,
  type Verified,
  type Unverified,
} from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import type { Result } from "neverthrow";
import { describe, expectTypeOf, test } from "vitest";

/*
 * Checks what the types accept and refuse. `tsc` checks this file; at run time it does next to nothing. Each
 * `@ts-expect-error` fails the compilation when the types begin to accept the line below it.
 */

const { api } = createFakeApi();
const user = { id: 7, email: "person@example.com" };

describe("options (B16: invalid ones are refused before the flow starts)", () => {
  test("B7, B8: a policy has known rules, with values of the right kind", () => {
    expectTypeOf<PolicyOptions>().toExtend<{ readonly cooldownMs?: number }>();
    expectTypeOf(createPolicy({ retry: { maxRetries: 1 } })._unsafeUnwrap()).toEqualTypeOf<Policy>();
    // @ts-expect-error there is no such rule: a typing mistake must not silently leave the default
    createPolicy({ cooldown: 60_000 });
    // @ts-expect-error nor within the retries
    createPolicy({ retry: { retries: 3 } });
    // @ts-expect-error durations are numbers of ms, not texts
    createPolicy({ cooldownMs: "60s" });
    // @ts-expect-error one of two words
    createPolicy({ retrySends: "always" });
  });

  test("B15: the e-mail comes first; no channel comes twice, and there is at least one", () => {
    expectTypeOf<["email", "phone"]>().toExtend<ChannelOrder>();
    // @ts-expect-error the flow verifies the e-mail before the phone
    createPolicy({ channels: ["phone", "email"] });
    // @ts-expect-error a channel is verified once
    createPolicy({ channels: ["email", "email"] });
    // @ts-expect-error a flow without channels verifies nothing
    createPolicy({ channels: [] });
  });

  test("B27: a user has an identifier; the flow has an API, whole", () => {
    expectTypeOf(createVerification).parameter(0).toHaveProperty("api").toEqualTypeOf<VerificationApi>();
    // @ts-expect-error a user is required
    void (() => createVerification({ api }));
    expectTypeOf<VerificationUser["id"]>().toEqualTypeOf<string | number>();
    // @ts-expect-error an identifier is a string or a number
    void (() => createVerification({ api, user: { ...user, id: null } }));
    const partial: Omit<VerificationApi, "confirmPhone"> = api;
    // @ts-expect-error an API without one of its methods
    void (() => createVerification({ api: partial, user }));
    // @ts-expect-error the token is the adapter's business, not the flow's
    void (() => createVerification({ api, user, getToken: () => "" }));
  });
});

describe("the port (B5)", () => {
  test("B5: an accepted send is no evidence: its success is another one than a confirm's", () => {
    expectTypeOf<ReturnType<VerificationApi["sendEmailCode"]>>().toEqualTypeOf<
      PromiseLike<Result<"accepted", ApiFailure>>
    >();
    expectTypeOf<ReturnType<VerificationApi["confirmPhone"]>>().toEqualTypeOf<
      PromiseLike<Result<"confirmed", ApiFailure>>
    >();
    // @ts-expect-error a send can't stand in for a confirm
    void ({ ...api, confirmEmail: (call) => api.resendPhoneCode(call) } satisfies VerificationApi);
  });

  test("B26: a failure carries no text from the server and no cause", () => {
    expectTypeOf<Extract<ApiFailure, { readonly message: unknown }>>().toBeNever();
    expectTypeOf<Extract<ApiFailure, { readonly cause: unknown }>>().toBeNever();
    // @ts-expect-error every failure says where support may look it up, even if nowhere
    void ({ kind: "unauthorized" } satisfies ApiFailure);
    // @ts-expect-error not a kind
    void ({ kind: "wrongCode", traceId: null } satisfies ApiFailure);
  });
});

describe("commands (B3: every one says whether it was taken)", () => {
  test("B3: a result that says why not", () => {
    expectTypeOf<Verification["submitCode"]>().toEqualTypeOf<(code: string) => Taken>();
    expectTypeOf<Taken>().toEqualTypeOf<Result<"taken", CommandRefusal>>();
    expectTypeOf<Verification["result"]>().toEqualTypeOf<Promise<Result<Verified, Unverified>>>();
    expectTypeOf<Verification["suspend"]>().returns.toBeVoid();
    // @ts-expect-error codes are texts: a number would lose its leading zeros (B27)
    expectTypeOf<Verification["submitCode"]>().toBeCallableWith(12_345);
  });

  test("B7, B8: a refusal for now says until when; others have no such time", () => {
    expectTypeOf<Extract<CommandRefusal, { readonly until: number }>["kind"]>().toEqualTypeOf<
      "cooldown" | "lock" | "sendLimit"
    >();
    const wait = (refusal: CommandRefusal): number | null => {
      switch (refusal.kind) {
        case "cooldown":
        case "lock":
        case "sendLimit":
          return refusal.until;
        case "notStarted":
        case "ended":
        case "busy":
        case "notNow":
        case "noCodeSent":
        case "codeFormat":
        case "codeAlreadyRefused":
        case "phoneFormat":
        case "samePhone":
          return null;
      }
      // Every kind is named above: nothing is left to come here.
      expectTypeOf(refusal).toBeNever();
      return refusal;
    };
    expectTypeOf(wait).returns.toEqualTypeOf<number | null>();
    // @ts-expect-error not every refusal has a time
    void ((refusal: CommandRefusal) => refusal.until);
  });

  test("B12: the ends of a flow can be told apart without a rest", () => {
    expectTypeOf<FlowFailure["kind"]>().toEqualTypeOf<
      "userNotFound" | "userState" | "emailRefused" | "cancelled" | "defect"
    >();
    expectTypeOf<Exclude<Unverified["kind"], FlowFailure["kind"]>>().toEqualTypeOf<"suspended">();
    expectTypeOf<Extract<VerificationOutput, { kind: "verified" }>>().toHaveProperty("email");
    // @ts-expect-error a failed flow has proven nothing
    expectTypeOf<Extract<VerificationOutput, { kind: "failed" }>>().toHaveProperty("email");
  });
});

describe("the machine's vocabulary (B26, durable.md)", () => {
  test("B26: an event carries a reference to a code, never a code", () => {
    expectTypeOf<Extract<VerificationEvent, { type: "code.submitted" }>>().toEqualTypeOf<{
      readonly type: "code.submitted";
      readonly at: number;
      readonly codeRef: string;
    }>();
    // @ts-expect-error no code in an event
    void ({ type: "code.submitted", at: 0, code: "123456" } satisfies VerificationEvent);
    // @ts-expect-error an event of the user has a time: the machine reads no clock
    void ({ type: "resend.requested" } satisfies VerificationEvent);
  });

  test("B16: tags are a closed list", () => {
    expectTypeOf<"needsCode" | "canRetry" | "locked">().toExtend<VerificationTag>();
    // @ts-expect-error not a tag
    void ("needCode" satisfies VerificationTag);
  });
});

describe("the view (B60, B61)", () => {
  test("B61: what is shown is plain and read-only, with nothing left out by being undefined", () => {
    expectTypeOf<VerificationView["step"]>().toEqualTypeOf<
      "checking" | "email" | "phoneEntry" | "phone" | "verified" | "failed"
    >();
    expectTypeOf<VerificationView["announcement"]>().toEqualTypeOf<MessageKey>();
    expectTypeOf<undefined>().not.toExtend<VerificationView[keyof VerificationView]>();
    const change = (view: VerificationView) => {
      // @ts-expect-error read-only: a screen shows it and changes nothing in it
      view.step = "verified";
      // @ts-expect-error there may be no code to show
      return view.code.attemptsLeft;
    };
    expectTypeOf(change).parameter(0).toEqualTypeOf<VerificationView>();
  });
});

describe("the message catalogue (B62: every failure has a message)", () => {
  const others: Omit<typeof english.messages, "codeRejected"> = english.messages;

  test("B62: has a sentence for each failure, refusal and end; a missing one doesn't compile", () => {
    expectTypeOf<ApiFailure["kind"] | CommandRefusal["kind"] | Unverified["kind"]>().toExtend<MessageKey>();
    // @ts-expect-error `codeRejected` is missing
    void ({ locale: "en", messages: others } satisfies MessageCatalogue);
    // @ts-expect-error the flow never announces `hello`
    void ({ locale: "en", messages: { ...english.messages, hello: "" } } satisfies MessageCatalogue);
    // @ts-expect-error not a key
    void (() => formatMessage(english, "wrongCode"));
  });
});
