import { fork } from "node:child_process";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { SplitReply } from "./split-child.ts";
import { type SplitJob, workOnSplit } from "./split-job.ts";

interface Working {
  /** Processes, each of which works on a split at a time; with 1 this one does it all, and its fits have `threads`. */
  workers: number;
  threads: number;
  onFit(): void;
}

/** Works on all jobs, the largest first. The first problem ends it; what has been kept stays. */
export async function workOnSplits(jobs: readonly SplitJob[], { workers, threads, onFit }: Working): Promise<void> {
  const waiting = [...jobs].sort((a, b) => rowsOf(b) - rowsOf(a)).values();
  if (workers <= 1 || jobs.length <= 1) {
    for (const job of waiting) await workOnSplit(job, threads, onFit);
    return;
  }
  const stopping = new AbortController();
  const takeJobs = async () => {
    for (const job of waiting) await inProcess(job, onFit, stopping.signal);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, takeJobs));
  } finally {
    stopping.abort();
  }
}

function rowsOf({ files, split }: SplitJob): number {
  return split.train.reduce((sum, moment) => sum + files.rows[moment]!, 0);
}

/** Database files are opened on a process's main thread only, so a split worked on beside others has a process of its own. */
function inProcess(job: SplitJob, onFit: () => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = fork(projectFile("src/experiments/split-child.js"), [], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    let last: SplitReply | undefined;
    child.on("message", (reply: SplitReply) => {
      if (reply === "fit") onFit();
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
            "split_died",
            `the process for ${job.split.name} ended (${killedBy ?? code}); what it fitted is kept: run the command again`,
          ),
        );
    });
    child.send(job);
  });
}
