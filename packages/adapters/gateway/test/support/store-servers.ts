import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, plainUser, programPath } from "@veristep/services";
import { Client } from "pg";
import type { StoreServer } from "./shared-limits.js";

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });

/** A Postgres that starts accepts connections before it answers anything. */
const answersQueries = async (port: number): Promise<boolean> => {
  const client = new Client({ port, host: "127.0.0.1", user: "postgres", database: "postgres" });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

/** Starts a server with its own folder, on a free port of 127.0.0.1. */
async function storeServer(
  name: string,
  prepare: (folder: string) => void,
  command: (folder: string, port: number) => readonly [string, ...string[]],
  answers: (port: number) => Promise<boolean>,
): Promise<StoreServer & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `gateway-${name}-`));
  const { uid, gid } = plainUser;
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  prepare(folder);
  const port = await freePort();
  let child: ChildProcess | null = null;
  const kill = async () => {
    const running = child;
    child = null;
    if (running === null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
    // The children of a killed Postgres end by themselves, and hold its port until then.
    while (await accepts(port)) await pause(20);
  };
  const start = async () => {
    const [program, ...args] = command(folder, port);
    for (const until = Date.now() + 20_000; Date.now() < until;) {
      const running = spawn(programPath(program), args, { ...plainUser, cwd: folder, stdio: "ignore" });
      child = running;
      while (running.exitCode === null && running.signalCode === null) {
        if (await answers(port)) return;
        await pause(20);
      }
      // Shared memory and ports that a crash left behind are free again in a moment.
      await pause(100);
    }
    throw new Error(`${name} didn't start`);
  };
  await start();
  return {
    port,
    kill,
    start,
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A Redis that has each command on disk before it answers. */
export const startRedis = () =>
  storeServer(
    "redis",
    () => {},
    (_folder, port) => [
      "redis-server",
      ...`--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync always --loglevel warning`.split(
        " ",
      ),
      "--save",
      "",
    ],
    accepts,
  );

/** A Postgres as it comes, which has each transaction on disk before it answers. */
export const startPostgres = () =>
  storeServer(
    "postgres",
    (folder) => {
      execFileSync(
        programPath("initdb"),
        ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"],
        {
          ...plainUser,
          cwd: folder,
          stdio: "ignore",
        },
      );
    },
    (folder, port) => {
      const settings = ["-h", "127.0.0.1", "-c", "unix_socket_directories="];
      return ["postgres", "-D", join(folder, "data"), "-p", String(port), ...settings];
    },
    answersQueries,
  );
