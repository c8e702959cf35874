import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";

const debianPostgres = "/usr/lib/postgresql";

/** The PATH, then the folders where Debian installs servers that it keeps out of the PATH; the newest Postgres first. */
const folders = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/bin",
  ...(existsSync(debianPostgres) ? readdirSync(debianPostgres) : [])
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(debianPostgres, version, "bin")),
];

const find = (program: string): string | null =>
  folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;

/**
 * Returns the path of an installed program.
 *
 * @throws Error if the program is not installed.
 */
export function programPath(program: string): string {
  const path = find(program);
  if (path === null) throw new Error(`${program} is not installed.`);
  return path;
}

interface Service {
  readonly title: string;
  /** Every one of these must be installed. */
  readonly programs: readonly string[];
  readonly debianPackage: string;
  /** The start of what `--version` of the first program must print. */
  readonly version?: string;
}

/**
 * The servers that tests may need. A test file that needs one has its key in its name: `mailbox.dovecot.test.ts`.
 * `vitest.workspace.ts` leaves these files out where the server is missing.
 */
export const services = {
  // Version 2.4 has another configuration language.
  dovecot: {
    title: "Dovecot 2.3",
    programs: ["dovecot", "doveadm"],
    debianPackage: "dovecot-imapd",
    version: "2.3.",
  },
  redis: { title: "Redis", programs: ["redis-server"], debianPackage: "redis-server" },
  postgres: { title: "Postgres", programs: ["initdb", "postgres"], debianPackage: "postgresql" },
} satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;

/** Says why a service can't be started on this machine and how to install it, or returns null if it can. */
export function whyMissing(name: ServiceName): string | null {
  const { title, programs, debianPackage, version }: Service = services[name];
  const how = `Install it with: apt-get install ${debianPackage}`;
  const missing = programs.filter((program) => find(program) === null);
  if (missing.length > 0) return `${title} is not installed (${missing.join(", ")} not found). ${how}`;
  const [program] = programs;
  if (version === undefined || program === undefined) return null;
  const installed = execFileSync(programPath(program), ["--version"], { encoding: "utf8" }).trim();
  return installed.startsWith(version) ? null : `${title} is needed, but ${installed} is installed. ${how}`;
}

const NOBODY = 65_534;

/**
 * Spawn options that drop the rights of root: Postgres refuses to run as root. Empty for any other user.
 * The server's folder must then belong to this user, too.
 */
export const plainUser: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Returns a TCP port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
