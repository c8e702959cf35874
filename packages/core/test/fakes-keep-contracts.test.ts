import type { UserId } from "@veristep/core";
import { describe, expect, test } from "vitest";
import {
  contractOf10npay,
  createFakeApi,
  createFakeStore,
  createFakeTabs,
  createSimulatedClock,
  peersContract,
  recordStoreContract,
  verificationApiContract,
} from "@veristep/core/testing";

const email = "person@example.com";

describe("the fake API keeps both parts of the contract of a VerificationApi", () => {
  test.each([...verificationApiContract, ...contractOf10npay])("$name", async ({ run }) => {
    const { api, service } = createFakeApi(email);
    const done = run({
      api,
      userId: 7,
      email,
      phone: "+359888123456",
      takenPhone: null,
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

describe("B36: the fake store keeps the contract of every RecordStore", () => {
  test.each(recordStoreContract)("$name", async ({ run }) => {
    const store = createFakeStore();
    const damage = (userId: UserId) => {
      store.kept.set(userId, "not JSON");
    };
    await expect(run({ store, reopened: null, damage })).resolves.toBeUndefined();
  });
});

describe("B37: the fake tabs keep the contract of all Peers", () => {
  test.each(peersContract)("$name", async ({ run }) => {
    const clock = createSimulatedClock();
    const tabs = createFakeTabs();
    const done = run({ first: tabs.open(), second: tabs.open(), settle: () => clock.settle() });
    await expect(done).resolves.toBeUndefined();
  });
});
