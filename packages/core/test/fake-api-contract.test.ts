import { describe, expect, test } from "vitest";
import { createFakeApi, verificationApiContract } from "@veristep/core/testing";

const email = "person@example.com";

describe("the fake API keeps the contract of every VerificationApi", () => {
  test.each(verificationApiContract)("$name", async ({ run }) => {
    const { api, service } = createFakeApi(email);
    const done = run({
      api,
      userId: 7,
      email,
      phoneNumber: "+359888123456",
      takenPhoneNumber: null,
      unknownUserId: null,
      latestCode: (channel) => service.codes[channel],
      verifyElsewhere: (channel) => {
        service.verified[channel] = true;
      },
    });
    // A case rejects with what is broken.
    await expect(done).resolves.toBeUndefined();
  });
});
