import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chown, mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, plainUser, programPath } from "@veristep/services";

const { uid, gid } = plainUser;

const accountOf = (): { readonly user: string; readonly group: string } => {
  const name = (flag: string) =>
    execFileSync("id", [flag, ...(uid === undefined ? [] : [String(uid)])], { encoding: "utf8" }).trim();
  return { user: name("-un"), group: name("-gn") };
};

const MOST_USERS = 100;

export interface DovecotOptions {
  /** Takes TLS from the first byte on at `tlsPort`, and STARTTLS at `port`. */
  readonly tls?: boolean;
  /** What it says that it can: leaving IDLE out makes clients poll. */
  readonly capability?: string;
}

const configuration = (
  folder: string,
  ports: { readonly plain: number; readonly tls: number },
  { tls, capability }: DovecotOptions,
): string => {
  const { user, group } = accountOf();
  return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
protocols = imap
listen = 127.0.0.1
ssl = ${tls === true ? `yes\nssl_cert = <${folder}/cert.pem\nssl_key = <${folder}/key.pem` : "no"}
disable_plaintext_auth = no
mail_location = maildir:${folder}/mail/%u
mail_uid = ${user}
mail_gid = ${group}
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 100
${capability === undefined ? "" : `imap_capability = ${capability}`}
passdb {
  driver = passwd-file
  args = scheme=PLAIN ${folder}/users
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.plain}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${tls === true ? ports.tls : 0}
  }
}
service anvil {
  chroot =
  # Wrong passwords, which tests give by intent, would make later logins slow.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
auth_failure_delay = 0
service stats {
  chroot =
}
`;
};

export interface TestMail {
  readonly to: string;
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  /** More headers, and what replaces `text`: a whole body with its own content headers. */
  readonly headers?: readonly string[];
  readonly body?: string;
  /** When it came, in epoch ms. */
  readonly at?: number;
  /** One of the user's folders. @defaultValue the inbox */
  readonly folder?: string;
}

export interface Dovecot {
  readonly port: number;
  readonly tlsPort: number;
  /** The certificate that it shows, in PEM. */
  readonly certificate: string;
  /** A new user with an empty mailbox, and these folders besides. */
  addUser(folders?: readonly string[]): Promise<{ readonly user: string; readonly password: string }>;
  /** Refuses the user's password from now on. */
  lockOut(user: string): Promise<void>;
  /** Cuts the user's connections. */
  kick(user: string): void;
  /** Delivers into the user's mailbox, as a mail server does. */
  deliver(user: string, mail: TestMail): Promise<void>;
  /** The files of the user's messages, with their flags in the names. */
  files(user: string): Promise<readonly string[]>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it, and leaves nothing behind. */
  remove(): Promise<void>;
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });

/** Starts a separate Dovecot on free ports of the loopback interface, as a plain user, in a new folder. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), "dovecot-"));
  const own = async (path: string) => {
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  };
  for (const name of ["run", "mail"]) {
    await mkdir(join(folder, name));
    await own(join(folder, name));
  }
  await own(folder);
  const ports = { plain: await freePort(), tls: await freePort() };
  let certificate = "";
  if (options.tls === true) {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      programPath("openssl"),
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        key,
        "-out",
        cert,
        ...subject,
      ],
      { stdio: "ignore" },
    );
    for (const path of [key, cert]) await own(path);
    certificate = execFileSync("cat", [cert], { encoding: "utf8" });
  }
  const config = join(folder, "dovecot.conf");
  await writeFile(config, configuration(folder, ports, options));

  // All at once: Dovecot reads a file again at most once a second.
  const users = new Map<string, string>(
    Array.from({ length: MOST_USERS }, (_, index) => {
      const user = `user${index + 1}`;
      return [user, `password-of-${user}-that-nobody-may-see`];
    }),
  );
  const writeUsers = async () => {
    const path = join(folder, "users");
    await writeFile(`${path}.new`, [...users].map(([user, password]) => `${user}:${password}\n`).join(""));
    await own(`${path}.new`);
    await rename(`${path}.new`, path);
  };
  await writeUsers();

  let server: ChildProcess | null = null;
  const start = async () => {
    server = spawn(programPath("dovecot"), ["-F", "-c", config], { ...plainUser, stdio: "ignore" });
    const exited = new Promise<never>((_, reject) => {
      server?.once("exit", (code) => {
        reject(new Error(`Dovecot ended with ${code}; see ${folder}/log`));
      });
    });
    exited.catch(() => {});
    const listening = async () => {
      while (!(await isListening(ports.plain))) await pause(20);
    };
    await Promise.race([listening(), exited]);
  };
  const stop = async () => {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    await exited;
  };
  await start();

  let added = 0;
  let count = 0;
  return {
    port: ports.plain,
    tlsPort: ports.tls,
    certificate,
    start,
    stop,
    remove: async () => {
      await stop();
      // Its children let go of the folder shortly after it.
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
    addUser: async (folders = []) => {
      added += 1;
      const user = `user${added}`;
      const password = users.get(user);
      if (password === undefined) throw new Error(`There are only ${MOST_USERS} users.`);
      const parts = ["", "new", "cur", "tmp"];
      for (const part of ["", ...folders.map((name) => `.${name}`)].flatMap((name) =>
        parts.map((part) => join(name, part)),
      )) {
        const path = join(folder, "mail", user, part);
        await mkdir(path);
        await own(path);
      }
      return { user, password };
    },
    lockOut: async (user) => {
      users.set(user, "another password");
      await writeUsers();
    },
    kick: (user) => {
      execFileSync(programPath("doveadm"), ["-c", config, "kick", user], {
        ...plainUser,
        stdio: "ignore",
      });
    },
    deliver: async (
      user,
      { to, from = "no-reply@example.com", subject = "Hello", at = Date.now(), ...mail },
    ) => {
      count += 1;
      const name = `${Math.floor(at / 1_000)}.M${count}P${process.pid}.test`;
      const mailbox = join(folder, "mail", user, mail.folder === undefined ? "" : `.${mail.folder}`);
      const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, ...(mail.headers ?? [])];
      const body = mail.body ?? `Content-Type: text/plain; charset=utf-8\n\n${mail.text ?? ""}`;
      const draft = join(mailbox, "tmp", name);
      await writeFile(draft, `${head.join("\n")}\n${body}\n`);
      await own(draft);
      // A maildir's date of receipt is the file's.
      await utimes(draft, at / 1_000, at / 1_000);
      await rename(draft, join(mailbox, "new", name));
    },
    files: async (user) => {
      const parts = await Promise.all(
        ["new", "cur"].map((part) => readdir(join(folder, "mail", user, part))),
      );
      return parts.flat().sort();
    },
  };
}
