/* In the application's server: begins a flow, and tells it of the codes that people type. */
import { createContactSeal, createDurableClient } from "@veristep/restate/client";

const seal = createContactSeal(process.env["VERISTEP_CONTACT_KEY"] ?? "");
const flows = createDurableClient({ ingresses: (process.env["VERISTEP_INGRESS"] ?? "").split(",") });
const flowOf = (userId: number) => `user-${userId}`;

export const begin = (userId: number, email: string) =>
  flows.start({ flowId: flowOf(userId), userId, email: seal.email(userId, email) });

export const phoneTyped = (userId: number, number: string) =>
  flows.submitPhone({ flowId: flowOf(userId), phone: seal.phone(userId, number) });

/** @param codeRef where the application has put the code that was typed: the workers' `codes.find` is given it. */
export const codeTyped = (userId: number, codeRef: string) =>
  flows.codeArrived({ flowId: flowOf(userId), codeRef });

export const verified = (userId: number) => flows.result({ flowId: flowOf(userId) });
