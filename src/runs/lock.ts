import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openDatabase } from "../warehouse/database.ts";

const heldHere = new Set<string>();

/**
 * Runs `work` while this process alone may run pipelines on the data directory. A second one waits `waitSeconds` (0 when absent), and is
 * then told who holds it and since when. The lock is the kernel's, on a file of its own: it ends with the process, however that ends.
 */
export async function withRunLock<T>(
  data: DataDirectory,
  doing: string,
  startedAt: string,
  work: () => Promise<T>,
  waitSeconds = 0,
): Promise<T> {
  mkdirSync(data.root, { recursive: true });
  const lockFile = join(data.root, "run-lock.duckdb");
  const noteFile = join(data.root, "run-lock.json");
  if (heldHere.has(lockFile)) throw heldBy(data, noteFile);
  heldHere.add(lockFile);
  try {
    const lock = await openDatabase(lockFile, { mode: "write", waitSeconds, threads: 1 }).catch((error: unknown) => {
      throw error instanceof UserError ? heldBy(data, noteFile, error) : error;
    });
    try {
      writeFileSync(noteFile, JSON.stringify({ pid: process.pid, doing, started_at: startedAt }));
      return await work();
    } finally {
      lock.close();
    }
  } finally {
    heldHere.delete(lockFile);
  }
}

function heldBy(data: DataDirectory, noteFile: string, cause?: unknown): UserError {
  const holder = noteOf(noteFile);
  return new UserError("run_locked", `another run holds ${data.root}: ${holder}; wait for it to end, or use another --data directory`, {
    cause,
  });
}

function noteOf(noteFile: string): string {
  try {
    const note = JSON.parse(readFileSync(noteFile, "utf8")) as { pid: number; doing: string; started_at: string };
    return `process ${note.pid}, ${note.doing}, since ${note.started_at}`;
  } catch {
    return "a process that has just started";
  }
}
