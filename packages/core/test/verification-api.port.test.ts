import {
  createVerification,
  type ApiFailure,
  type CallContext,
  type Channel,
  type UserId,
  type VerificationApi,
} from "@veristep/core";
import { verificationApiContract, type ContractWorld } from "@veristep/core/testing";
import { err, ok, type Result } from "neverthrow";
import { describe, expect, test } from "vitest";

const USER: UserId = "usr_7f";
const EMAIL = "person@example.com";
const PHONE = "+359888123456";

const service = { traceId: null, origin: "service" } as const;

/** A whole backend in memory whose methods are plain `async` functions; it names its users by strings. */
function createAsyncApi() {
  let issued = 0;
  const codes: Record<Channel, string | null> = { email: null, phone: null };
  const verified: Record<Channel, boolean> = { email: false, phone: false };

  const call = <T>(
    { userId, signal }: CallContext,
    act: () => Result<T, ApiFailure>,
  ): Result<T, ApiFailure> => {
    if (signal.aborted) return err({ kind: "unreachable", traceId: null, origin: "client" });
    return userId === USER ? act() : err({ kind: "userNotFound", ...service });
  };
  const issue = (channel: Channel): Result<"accepted", ApiFailure> => {
    issued += 1;
    codes[channel] = String(100_000 + issued);
    return ok("accepted");
  };
  const confirm = (channel: Channel, code: string): Result<"confirmed", ApiFailure> => {
    if (codes[channel] === null) return err({ kind: "codeSpent", ...service });
    if (codes[channel] !== code) return err({ kind: "codeRejected", ...service });
    codes[channel] = null;
    verified[channel] = true;
    return ok("confirmed");
  };

  const api: VerificationApi = {
    status: async (context) =>
      call(context, () =>
        ok({ isEmailVerified: verified.email, isPhoneVerified: verified.phone, lifecycle: null }),
      ),
    sendEmailCode: async (context) => call(context, () => issue("email")),
    confirmEmail: async (context) => call(context, () => confirm("email", context.code)),
    sendPhoneCode: async (context) => call(context, () => issue("phone")),
    resendPhoneCode: async (context) =>
      call(context, () =>
        context.phone === null
          ? err({ kind: "contactNeeded", traceId: null, origin: "client" })
          : issue("phone"),
      ),
    confirmPhone: async (context) => call(context, () => confirm("phone", context.code)),
  };
  const world: ContractWorld = {
    api,
    userId: USER,
    email: EMAIL,
    phone: PHONE,
    takenPhone: null,
    unknownUserId: "usr_80",
    latestCode: (channel) => codes[channel],
    verifyElsewhere: (channel) => {
      verified[channel] = true;
    },
  };
  return { api, codes, world };
}

describe("a VerificationApi of async functions, with strings as user ids", () => {
  test.each(verificationApiContract)("keeps the universal contract: $name", async ({ run }) => {
    await expect(run(createAsyncApi().world)).resolves.toBeUndefined();
  });

  test("verifies a user", async () => {
    const { api, codes } = createAsyncApi();
    const flow = createVerification({ api, user: { id: USER, email: EMAIL, phone: PHONE } })._unsafeUnwrap();
    flow.subscribe(({ awaiting, step }) => {
      const code = codes[step === "phone" ? "phone" : "email"];
      if (awaiting === "code" && code !== null) flow.submitCode(code);
    });
    flow.start();
    expect((await flow.result).isOk()).toBe(true);
  });
});
