import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

/** Worker processes behind one address, which the engine knows. */
export interface Workers {
  readonly url: string;
  readonly pids: () => readonly number[];
  /** Kills one as `kill -9` does. */
  readonly kill: (worker: number) => Promise<void>;
  readonly start: (worker: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Both hold in the sources and in the built files. */
const program = fileURLToPath(new URL("../dist/worker.js", import.meta.url));

async function startProcess(
  env: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // The first line is the worker's address.
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(new URL(line.toString().trim()).port) };
}

/**
 * Starts workers, and what stands in for a load balancer: each connection of the engine goes to the next worker that
 * is there. To the engine they are one deployment.
 */
export async function startWorkers(count: number, env: Readonly<Record<string, string>>): Promise<Workers> {
  const running = new Map<number, { readonly child: ChildProcess; readonly port: number }>();
  const start = async (worker: number) => {
    running.set(worker, await startProcess(env));
  };
  await Promise.all(Array.from({ length: count }, (_, worker) => start(worker)));

  let next = 0;
  const sockets = new Set<Socket>();
  const balancer = createServer((engine) => {
    const workers = [...running.values()];
    const chosen = workers[next++ % workers.length];
    if (chosen === undefined) {
      engine.destroy();
      return;
    }
    const worker = connect(chosen.port, "127.0.0.1");
    for (const [one, other] of [
      [engine, worker],
      [worker, engine],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      // A worker that is killed takes its connections along.
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  balancer.listen(0, "127.0.0.1");
  await once(balancer, "listening");
  // A server that listens on a port has an address of this kind.
  const { port } = balancer.address() as AddressInfo;

  const kill = async (worker: number) => {
    const process = running.get(worker);
    if (process === undefined) return;
    running.delete(worker);
    const gone = once(process.child, "exit");
    process.child.kill("SIGKILL");
    await gone;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pids: () => [...running.values()].flatMap(({ child }) => (child.pid === undefined ? [] : [child.pid])),
    kill,
    start,
    stop: async () => {
      balancer.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([...running.keys()].map(kill));
    },
  };
}
