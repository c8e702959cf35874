import { hasServer, restateServer } from "./binary.js";

const tell = (line: string) => {
  process.stderr.write(`${line}\n`);
};

/**
 * Runs before the projects whose tests need restate-server. Fetches it, so that no test waits for that; where none is
 * to be had, those tests (`*.engine.test.ts`) are left out of the projects, and this says so.
 */
export default async function setup(): Promise<void> {
  if (hasServer) {
    await restateServer(tell);
    return;
  }
  tell(
    [
      `NOT RUN on ${process.platform} ${process.arch}, where restate-server isn't packaged:`,
      "  packages/adapters/restate/test/*.engine.test.ts  the stories of the core and the services on Restate",
      "  examples/durable/test/*.engine.test.ts           a batch whose workers are killed",
      "Set VERISTEP_RESTATE_SERVER to the path of a restate-server to run them.",
    ].join("\n"),
  );
}
