import { mkdirSync, realpathSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { DuckDBInstance } from "@duckdb/node-api";
import { UserError } from "../domain/errors.ts";
import { Session } from "./session.ts";

export interface OpenOptions {
  /** `write` keeps everybody else out, `read` only writers. */
  mode: "read" | "write";
  /** DuckDB's memory limit, for example `3GB`; a quarter of the machine's when absent, since several may run side by side; what does not fit spills to disk. */
  memoryLimit?: string | undefined;
  threads?: number | undefined;
  /** How long to wait for a file that somebody else holds, in seconds; ten minutes when absent. */
  waitSeconds?: number | undefined;
  /** Told once, with who holds the file, when opening has to wait. */
  onWait?: ((holder: string) => void) | undefined;
}

interface OpenFile {
  instance: Promise<DuckDBInstance>;
  mode: "read" | "write";
  sessions: number;
}

/** Every database file that this process holds open, by real path: a second instance of one file would lose committed rows without an error. */
const openFiles = new Map<string, OpenFile>();

/** A session on a database file, or on memory (`:memory:`). One writer or many readers at a time, across processes; others wait. */
export async function openDatabase(path: string, options: OpenOptions): Promise<Session> {
  if (!isMainThread) throw new Error("database files are opened on the main thread only: two threads would lose each other's rows");
  if (path === ":memory:")
    return connect(
      await DuckDBInstance.create(":memory:", settings(options, join(tmpdir(), `aldyn-spill-${process.pid}`))),
      () => undefined,
    );
  mkdirSync(dirname(path), { recursive: true });
  const key = join(realpathSync(dirname(path)), basename(path));
  const deadline = Date.now() + (options.waitSeconds ?? 600) * 1000;
  let told = false;
  for (;;) {
    try {
      return await openShared(key, options);
    } catch (error) {
      const holder = holderOf(error as Error);
      if (holder === undefined) throw error;
      if (Date.now() > deadline)
        throw new UserError("warehouse_busy", `${path} is still held by ${holder}; wait for it to end, then try again`, { cause: error });
      if (!told) options.onWait?.(holder);
      told = true;
      await sleep(200);
    }
  }
}

async function openShared(key: string, options: OpenOptions): Promise<Session> {
  const held = openFiles.get(key);
  if (held !== undefined && held.mode !== options.mode) throw new Error(`Conflicting lock is held in this process (${held.mode})`);
  const file: OpenFile = held ?? {
    instance: DuckDBInstance.create(key, settings(options, `${key}.spill`)),
    mode: options.mode,
    sessions: 0,
  };
  openFiles.set(key, file);
  file.sessions += 1;
  let instance: DuckDBInstance | undefined;
  const release = () => {
    file.sessions -= 1;
    if (file.sessions > 0) return;
    openFiles.delete(key);
    instance?.closeSync();
  };
  try {
    instance = await file.instance;
    return await connect(instance, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function connect(instance: DuckDBInstance, onClose: () => void): Promise<Session> {
  const session = new Session(await instance.connect(), onClose);
  await session.run("set time zone 'UTC'");
  return session;
}

function settings(options: OpenOptions, spillDirectory: string): Record<string, string> {
  return {
    access_mode: options.mode === "read" ? "READ_ONLY" : "READ_WRITE",
    threads: String(options.threads ?? availableParallelism()),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: options.memoryLimit ?? `${Math.max(1024, Math.floor(totalmem() / 2 ** 20 / 4))}MiB`,
    temp_directory: spillDirectory,
  };
}

/** Who holds the file, when that is why it could not be opened. */
function holderOf(error: Error): string | undefined {
  if (!/Conflicting lock|Could not set lock/i.test(error.message)) return undefined;
  return /held in (.*?\(PID \d+\))/i.exec(error.message)?.[1] ?? "this process";
}
