import type { VerificationMachine } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { verificationMachine } from "@veristep/core/xstate";
import { serveWorker, type WorkerPorts } from "@veristep/restate";

const ports: WorkerPorts = {
  api: createFakeApi().api,
  findContact: async () => null,
  codes: { find: async () => null },
};
/** A machine with another id, as the one of an earlier release has. */
const machineOfTheLastRelease: VerificationMachine = Object.create(verificationMachine, {
  id: { value: "veristep-verification-v1" },
});

// README

await new Promise((resolve) => setTimeout(resolve));
process.exit(0);
