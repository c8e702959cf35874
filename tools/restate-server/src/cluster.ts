import { spawn, type ChildProcessByStdio } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { restateServer } from "./binary.js";

export interface ClusterOptions {
  /** @defaultValue 1 */
  readonly nodes?: number | undefined;
  readonly tell?: ((line: string) => void) | undefined;
}

/** restate-server on the loopback: one, or a cluster of several. */
export interface Cluster extends AsyncDisposable {
  /** Where clients call, of each node. */
  readonly ingresses: readonly string[];
  /** Where each node is looked after. */
  readonly admins: readonly string[];
  /** Makes the services of an endpoint known to the engine. */
  readonly register: (uri: string) => Promise<void>;
  /** Kills a node as `kill -9` does. */
  readonly kill: (node: number) => Promise<void>;
  /** Starts a node again that was killed, on its data and its ports. */
  readonly restart: (node: number) => Promise<void>;
  /** Asks the engine by SQL, as an operator would. */
  readonly query: (sql: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
  /** The processes of the nodes that run now. */
  readonly pids: () => readonly number[];
  /** Ends every node and removes the data. */
  readonly stop: () => Promise<void>;
}

const READY_MS = 60_000;

/** Below the ports that systems lend to outgoing connections: a node that comes back needs its own again. */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

const isUp = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

/** Runs the server until its own input ends, which it does when this process dies, however that comes about. */
const guarded = `exec 3<&0
"$0" "$@" 2>> "$SERVER_LOG" & server=$!
echo $server
(cat <&3 > /dev/null; kill -9 $server) &
wait $server`;

/** Starts restate-server, with its data in a temporary folder. Nothing of it listens beyond the loopback. */
export async function startRestate({ nodes = 1, tell = () => {} }: ClusterOptions = {}): Promise<Cluster> {
  const binary = await restateServer(tell);
  const folder = await mkdtemp(join(tmpdir(), "veristep-restate-"));
  const ports = await freePorts(nodes * 3);
  const port = (node: number, which: number) => ports[node * 3 + which] ?? 0;
  const numbers = Array.from({ length: nodes }, (_, node) => node);
  const address = (node: number, which: number) => `http://127.0.0.1:${port(node, which)}`;
  const children = new Map<number, ChildProcessByStdio<Writable, Readable, null>>();
  const pids = new Map<number, number>();

  const ofCluster = (node: number): Record<string, string> =>
    nodes === 1
      ? {}
      : {
          RESTATE_NODE_NAME: `node-${node + 1}`,
          RESTATE_CLUSTER_NAME: "veristep",
          RESTATE_AUTO_PROVISION: String(node === 0),
          RESTATE_METADATA_CLIENT__ADDRESSES: JSON.stringify(numbers.map((one) => address(one, 0))),
          // Snapshots want an object store: without one a node that has lost its data can't come back.
          RESTATE_DEFAULT_REPLICATION: "2",
        };

  const logOf = (node: number) => join(folder, `node-${node + 1}.log`);
  const launch = (node: number) => {
    const args = ["--no-logo", "--base-dir", join(folder, `node-${node + 1}`)];
    const child = spawn("sh", ["-c", guarded, binary, ...args], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        PATH: process.env["PATH"],
        SERVER_LOG: logOf(node),
        DO_NOT_TRACK: "1",
        RUST_LOG: "error",
        RESTATE_DISABLE_TELEMETRY: "true",
        RESTATE_LISTEN_MODE: "tcp",
        RESTATE_BIND_IP: "127.0.0.1",
        RESTATE_BIND_ADDRESS: `127.0.0.1:${port(node, 0)}`,
        RESTATE_ADVERTISED_ADDRESS: address(node, 0),
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${port(node, 1)}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${port(node, 2)}`,
        RESTATE_DEFAULT_NUM_PARTITIONS: "4",
        RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "512MB",
        ...ofCluster(node),
      },
    });
    child.stdout.once("data", (line: Buffer) => pids.set(node, Number(line.toString())));
    child.once("exit", () => {
      child.stdin.end();
      children.delete(node);
      pids.delete(node);
    });
    // A server that can't be started shows in its not getting ready.
    child.once("error", () => {});
    children.set(node, child);
  };

  const end = (node: number): Promise<void> =>
    new Promise((resolve) => {
      const child = children.get(node);
      if (child === undefined) {
        resolve();
        return;
      }
      child.once("exit", () => {
        resolve();
      });
      child.stdin.end();
    });

  const stop = async () => {
    await Promise.all(numbers.map(end));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };

  const ready = async (node: number) => {
    const until = performance.now() + READY_MS;
    while (
      !((await isUp(`${address(node, 2)}/health`)) && (await isUp(`${address(node, 1)}/restate/health`)))
    ) {
      if (performance.now() > until || !children.has(node)) {
        const log = await readFile(logOf(node), "utf8");
        await stop();
        throw new Error(`restate-server did not get ready.\n${log.slice(-2_000)}`);
      }
      await sleep(25);
    }
  };

  for (const node of numbers) launch(node);
  for (const node of numbers) await ready(node);

  /** Asks the first node that answers. */
  const admin = async (path: string, init: RequestInit): Promise<Response> => {
    let last: unknown = null;
    for (const node of numbers) {
      if (!children.has(node)) continue;
      try {
        const response = await fetch(`${address(node, 2)}${path}`, init);
        if (response.ok) return response;
        last = new Error(`The engine answered ${response.status} to ${path}.`);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
  const json = { "content-type": "application/json", accept: "application/json" };

  return {
    ingresses: numbers.map((node) => address(node, 1)),
    admins: numbers.map((node) => address(node, 2)),
    register: async (uri) => {
      const until = performance.now() + READY_MS;
      for (;;) {
        try {
          await admin("/deployments", {
            method: "POST",
            headers: json,
            body: JSON.stringify({ uri, force: true }),
          });
          return;
        } catch (error) {
          // A cluster takes a moment to agree on who leads.
          if (performance.now() > until) throw error;
          await sleep(100);
        }
      }
    },
    kill: end,
    restart: async (node) => {
      launch(node);
      await ready(node);
    },
    query: async (query) => {
      const response = await admin("/query", {
        method: "POST",
        headers: json,
        body: JSON.stringify({ query }),
      });
      // The form in which the engine answers.
      return ((await response.json()) as { rows: ReadonlyArray<Record<string, unknown>> }).rows;
    },
    pids: () => [...pids.values()],
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
