import type { CodeRequest } from "@veristep/headless";
import type { ContractUser } from "@veristep/headless/testing";
import * as Redacted from "effect/Redacted";

export const emailUsers: readonly [ContractUser, ContractUser] = [
  { userId: 7, destination: "person@example.com" },
  { userId: 8, destination: "somebody@example.com" },
];

export const phoneUsers: readonly [ContractUser, ContractUser] = [
  { userId: 7, destination: "+359888123456" },
  { userId: 8, destination: "+359888654321" },
];

/** A question for user 7's e-mail code, sent just now. */
export const aRequest = (more: Partial<CodeRequest> = {}): CodeRequest => ({
  userId: 7,
  channel: "email",
  destination: Redacted.make(emailUsers[0].destination),
  masked: "p•••@example.com",
  sentAt: Date.now(),
  notBefore: Date.now() - 30_000,
  generation: 1,
  refused: new Set(),
  view: null,
  ...more,
});
