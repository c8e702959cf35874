import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRestate } from "@veristep/restate-server";
import type { FaultRule, SandboxRecord } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { runBatch, type ReportRow } from "./batch.js";
import { startWorkers } from "./workers.js";

export interface WorldOptions {
  readonly people: number;
  readonly nodes: number;
  readonly workers: number;
  /** The faults of the service. */
  readonly faults?: readonly FaultRule[];
  readonly tell: (line: string) => void;
}

/** The result of a batch, from the report and from the sandbox's own record. */
export interface Account {
  readonly rows: readonly ReportRow[];
  readonly buckets: Readonly<Record<string, number>>;
  /** Rows of the input that the report hasn't, or has twice. */
  readonly amiss: number;
  /** For how many contacts how many codes were sent. */
  readonly sends: Readonly<Record<number, number>>;
  readonly seconds: number;
  /** User and system time per flow, in ms; null where the system doesn't tell. */
  readonly cpuMs: { readonly engine: number; readonly workers: number } | null;
}

const TICK_MS = 10;

/** The time that processes have used, in ms: `/proc/PID/stat`, in ticks of 10 ms. */
async function cpuOf(pids: readonly number[]): Promise<number | null> {
  let sum = 0;
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null) return null;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    sum += (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }
  return sum;
}

/** restate-server, workers, a sandbox and people to verify: all on this machine's loopback. */
export async function createWorld({ people, nodes, workers, faults = [], tell }: WorldOptions) {
  const folder = await mkdtemp(join(tmpdir(), "veristep-durable-"));
  const sandbox = await serveSandbox({ faults });
  const cluster = await startRestate({ nodes, tell });
  const env = {
    VERISTEP_BASE_URL: sandbox.url,
    VERISTEP_TOKEN: sandbox.sandbox.mintToken().token,
    VERISTEP_CONTACT_KEY: randomBytes(32).toString("base64"),
  };
  const team = await startWorkers(workers, env);
  await cluster.register(team.url);

  const persons = Array.from({ length: people }, (_, index) => {
    const email = `person${index}@example.com`;
    return { userId: sandbox.sandbox.addUser({ email }), email, phone: `+35988${1_000_000 + index}` };
  });
  /** The CPU time of processes that have ended. */
  let spent = { engine: 0, workers: 0 };

  const account = async (rows: readonly ReportRow[], seconds: number): Promise<Account> => {
    const buckets: Record<string, number> = {};
    for (const { bucket } of rows) buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    const reported = new Set(rows.map(({ userId }) => userId));
    const missing = persons.filter(({ userId }) => !reported.has(userId)).length;
    const perContact = new Map<string, number>();
    for (const event of sandbox.sandbox.record.events) {
      if (event.type !== "send" || !event.sent) continue;
      const contact = `${event.userId}/${event.channel}`;
      perContact.set(contact, (perContact.get(contact) ?? 0) + 1);
    }
    const sends: Record<number, number> = {};
    for (const count of perContact.values()) sends[count] = (sends[count] ?? 0) + 1;
    const [engine, working] = [await cpuOf(cluster.pids()), await cpuOf(team.pids())];
    return {
      rows,
      buckets,
      amiss: missing + rows.length - reported.size,
      sends,
      seconds,
      cpuMs:
        engine === null || working === null
          ? null
          : { engine: (engine + spent.engine) / people, workers: (working + spent.workers) / people },
    };
  };

  return {
    ingresses: cluster.ingresses,
    nodes,
    workers,
    /** Everything that the service has seen. */
    record: (): SandboxRecord => sandbox.sandbox.record,
    query: cluster.query,
    /** What must not be found anywhere: addresses, numbers, codes, the token and the key. */
    secrets: (): readonly string[] => [
      ...persons.flatMap(({ email, phone }) => [email, phone]),
      ...sandbox.sandbox.outbox().map(({ code }) => code),
      env.VERISTEP_TOKEN,
      env.VERISTEP_CONTACT_KEY,
    ],
    /**
     * How long the flows in progress at a moment took to continue, in ms: each until its next call of the
     * service, including the pause that it would have made anyway.
     */
    pausesAfter: (at: number): readonly number[] => {
      const before = new Set<number>();
      const next = new Map<number, number>();
      for (const event of sandbox.sandbox.record.events) {
        if (event.type !== "request" || event.userId === null) continue;
        if (event.at <= at) before.add(event.userId);
        else if (before.has(event.userId) && !next.has(event.userId)) next.set(event.userId, event.at - at);
      }
      return [...next.values()].sort((one, other) => one - other);
    },
    killWorker: async (worker: number) => {
      spent = {
        ...spent,
        workers: spent.workers + ((await cpuOf(team.pids().slice(worker, worker + 1))) ?? 0),
      };
      await team.kill(worker);
    },
    startWorker: team.start,
    killNode: async (node: number) => {
      spent = { ...spent, engine: spent.engine + ((await cpuOf(cluster.pids().slice(node, node + 1))) ?? 0) };
      await cluster.kill(node);
    },
    startNode: cluster.restart,
    /** Verifies all users. */
    verify: async (concurrency: number, onRow: (ended: number) => void): Promise<Account> => {
      let ended = 0;
      const startedAt = performance.now();
      const rows = await runBatch({
        folder,
        people: persons,
        ingresses: cluster.ingresses,
        env,
        concurrency,
        onRow: () => {
          ended += 1;
          onRow(ended);
        },
      });
      return account(rows, (performance.now() - startedAt) / 1_000);
    },
    stop: async () => {
      await team.stop();
      await cluster.stop();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
