import { check } from "./contract-check.js";
import { client, isVerified, newestCode, type ContractCase } from "./verification-api-contract.js";

const forChannel = (channel: "email" | "phone"): readonly ContractCase[] => [
  {
    name: `${channel}: a send to a verified contact is accepted, and nothing is sent`,
    run: async (world) => {
      await world.verifyElsewhere(channel);
      check("verified elsewhere", await isVerified(world, channel), true);
      const before = await world.latestCode(channel);
      check("send", await client(world).send[channel](), "accepted");
      check("newest code", await world.latestCode(channel), before);
    },
  },
  {
    name: `${channel}: a code that was used, replaced or never sent is the same 400 as a wrong one`,
    run: async (world) => {
      const { send, confirm } = client(world);
      check("never sent", await confirm[channel]("123456"), "codeRejected");
      await send[channel]();
      const old = await newestCode(world, channel);
      await send[channel]();
      const current = await newestCode(world, channel);
      // Two codes are the same once in a million times.
      if (old !== current) check("replaced", await confirm[channel](old), "codeRejected");
      check("confirm", await confirm[channel](current), "confirmed");
      check("used", await confirm[channel](current), "codeRejected");
    },
  },
];

/**
 * What an implementation of `VerificationApi` for the 10npay API does besides `verificationApiContract`: the semantics
 * of that service's documents. The cases run in the same worlds.
 */
export const contractOf10npay: readonly ContractCase[] = [
  ...forChannel("email"),
  ...forChannel("phone"),
  {
    name: "phone: a resend to a verified number is accepted, and nothing is sent",
    run: async (world) => {
      const { send, resend, confirm } = client(world);
      await send.phone();
      await confirm.phone(await newestCode(world, "phone"));
      const before = await world.latestCode("phone");
      check("resend", await resend(), "accepted");
      check("newest code", await world.latestCode("phone"), before);
    },
  },
  {
    name: "phone: a resend without a number on file is the documented 400, which reads as throttled",
    run: async (world) => {
      check("resend", await client(world).resend(), "throttled");
    },
  },
  {
    name: "email: an address other than the registered one is refused",
    run: async (world) => {
      check("send", await client(world).send.email("somebody.else@example.com"), "contactRefused");
      check("newest code", await world.latestCode("email"), null);
    },
  },
];
