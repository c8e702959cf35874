import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import {
  createEndpointHandler,
  type EndpointOptions,
  type LoggerContext,
  type LogMetadata,
} from "@restatedev/restate-sdk";
import { verificationMachine } from "@veristep/core/xstate";
import { createDriver } from "./facade/driver.js";
import { createFacade } from "./facade/facade.js";
import { createFlowObject } from "./flow/flow-object.js";
import type { VerificationMachine } from "@veristep/core";
import { createVersions } from "./flow/versions.js";
import type { WorkerPorts } from "./ports.js";
import { provideWithResolvers } from "./promise-with-resolvers.js";

export interface ServicesOptions extends WorkerPorts {
  /** The machine that new flows begin with. @defaultValue the core's */
  readonly machine?: VerificationMachine | undefined;
  /** Earlier versions of it, for flows that began with them: the id of a machine is its version. */
  readonly versions?: readonly VerificationMachine[] | undefined;
  /** How long a flow that has ended can still be looked at, in ms. @defaultValue a day */
  readonly keepEndedMs?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * The services of a worker, for an endpoint of Restate's SDK: the flow, its driver (both private), and the facade.
 *
 * @throws when two machines have the same id.
 */
export function createServices({
  machine = verificationMachine,
  versions = [],
  keepEndedMs = DAY_MS,
  ...ports
}: ServicesOptions): EndpointOptions["services"] {
  provideWithResolvers();
  return [
    createFlowObject({ ...ports, versions: createVersions(machine, versions), keepEndedMs }),
    createDriver(ports.codes),
    createFacade(),
  ];
}

export interface WorkerOptions extends ServicesOptions {
  /** @defaultValue any free one */
  readonly port?: number | undefined;
  /** The address to listen at. Anyone who reaches it can act as the engine: see `identityKeys`. @defaultValue 127.0.0.1 */
  readonly host?: string | undefined;
  /** Public keys of the engine (`publickeyv1_…`): requests that it hasn't signed are refused. */
  readonly identityKeys?: readonly string[] | undefined;
  /** Receives the log lines of the SDK. @defaultValue dropped: a line may quote a request */
  readonly log?:
    | ((level: LogMetadata["level"], about: LoggerContext | undefined, message: unknown) => void)
    | undefined;
}

/** A worker that listens. */
export interface Worker {
  /** Where the engine reaches it: to be registered there. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves the services over HTTP/2, which steps need that are made at most once. */
export async function serveWorker({
  port = 0,
  host = "127.0.0.1",
  identityKeys,
  log,
  ...options
}: WorkerOptions): Promise<Worker> {
  const handler = createEndpointHandler({
    services: createServices(options),
    bidirectional: true,
    logger: ({ level, context }, message: unknown) => log?.(level, context, message),
    ...(identityKeys === undefined ? {} : { identityKeys: [...identityKeys] }),
  });
  const server = createServer(handler);
  const sessions = new Set<{ destroy: () => void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a port has an address of this kind.
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const session of sessions) session.destroy();
      }),
  };
}
