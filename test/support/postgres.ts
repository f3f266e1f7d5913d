import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { postgresDirectory } from "./servers.js";

export interface TestPostgres {
  /** Of the superuser `aldyn`, who needs no password. */
  url: string;
  /** PostgreSQL's data directory: certificates may be put there. */
  directory: string;
  /** Makes an empty database and gives its URL. */
  database(name: string): Promise<string>;
  /** Stops the server (`fast`: cutting connections, `immediate`: as a power cut does), does `whileAway`, and starts it on the same port and data. */
  restart(how?: "fast" | "immediate", whileAway?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of our own on a free port, its data in a temporary directory. `settings` are postgresql.conf's. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const bin = postgresDirectory();
  if (bin === undefined) throw new Error("PostgreSQL is not installed; node test/support/servers.js says how to get it");
  const owner = serverUser();
  const directory = mkdtempSync(join(tmpdir(), "aldyn-postgres-"));
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  const options = { ...owner, cwd: directory };
  execFileSync(join(bin, "initdb"), ["-D", directory, "-U", "aldyn", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const port = await freePort();
  const url = `postgres://aldyn@127.0.0.1:${port}/postgres`;
  const fixed = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", logging_collector: "off" };
  const words = Object.entries({ ...fixed, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

  const start = async (): Promise<ChildProcess> => {
    const server = spawn(join(bin, "postgres"), ["-D", directory, ...words], { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    while (!(await answers(url))) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}: ${said}`);
      await sleep(50);
    }
    return server;
  };
  const end = async (server: ChildProcess, signal: "SIGINT" | "SIGQUIT") => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };

  let server = await start();
  const atExit = () => server.kill("SIGQUIT");
  process.once("exit", atExit);
  return {
    url,
    directory,
    database: async (name) => {
      await withClient(url, (client) => client.query(`create database ${client.escapeIdentifier(name)}`));
      return url.replace(/postgres$/, name);
    },
    restart: async (how = "fast", whileAway) => {
      await end(server, how === "fast" ? "SIGINT" : "SIGQUIT");
      await whileAway?.();
      server = await start();
    },
    stop: async () => {
      process.removeListener("exit", atExit);
      await end(server, "SIGQUIT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: Debian's `postgres`, else `nobody`. Undefined when we are somebody else already. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = users.find((user) => user.startsWith("postgres:")) ?? users.find((user) => user.startsWith("nobody:"));
  if (line === undefined) throw new Error("root cannot run PostgreSQL, and there is no user postgres or nobody to run it");
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

function answers(url: string): Promise<boolean> {
  return withClient(url, () => Promise.resolve(true)).catch(() => false);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
