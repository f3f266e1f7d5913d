import { fork } from "node:child_process";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { Work, WorkReply } from "./work-child.ts";

/**
 * Does parts of an experiment in processes of their own, so many at a time: database files are opened on a process's main thread only.
 * `onMove` is told when any of them has got on. The first problem ends it; what has been kept stays.
 */
export async function inProcesses(parts: readonly Work[], workers: number, onMove: () => void): Promise<void> {
  const waiting = parts.values();
  const stopping = new AbortController();
  const takeParts = async () => {
    for (const part of waiting) await inProcess(part, onMove, stopping.signal);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, parts.length) }, takeParts));
  } finally {
    stopping.abort();
  }
}

function inProcess(part: Work, onMove: () => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = fork(projectFile("src/domain/start.js"), ["src/experiments/work-child.ts"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    let last: WorkReply | undefined;
    child.on("message", (reply: WorkReply) => {
      if (reply === "moved") onMove();
      else last = reply;
    });
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", stop);
      if (last === "done") resolve();
      else if (typeof last === "object") reject(last.code === undefined ? new Error(last.problem) : new UserError(last.code, last.problem));
      else
        reject(
          new UserError(
            "work_died",
            `the process for ${nameOf(part)} ended (${killedBy ?? code}); what it made is kept: run the command again`,
          ),
        );
    });
    child.send(part);
  });
}

function nameOf(part: Work): string {
  return part.kind === "split" ? part.job.split.name : part.job.days.map(({ asOf }) => asOf).join(", ");
}
