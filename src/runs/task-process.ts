import { fork } from "node:child_process";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { Task, TaskMessage } from "./task.ts";

/** How long a task may take, who is told of its progress (0 to 1), and what stops it early. */
export interface TaskOptions {
  timeLimitSeconds: number;
  onMoved?: (share: number) => void;
  signal?: AbortSignal;
}

/**
 * Does a task in a process of its own and returns the last that it says. The time limit counts from when it has the data directory to itself.
 * A UserError when the task fails by one, takes too long, or its process is killed.
 */
export function doTask(task: Task, { timeLimitSeconds, onMoved, signal }: TaskOptions): Promise<TaskMessage> {
  const name = task.kind === "step" ? `step ${task.step} of run ${task.run}` : `pull of ${task.source}`;
  const stopped = () => new UserError("stopped", `${name} was stopped`);
  if (signal?.aborted) return Promise.reject(stopped());
  const child = fork(projectFile("src/domain/start.js"), ["src/runs/task-child.ts"], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
  });
  return new Promise<TaskMessage>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let words = "";
    let last: TaskMessage | undefined;
    const stop = (why: UserError) => {
      last ??= { kind: "failed", code: why.code, message: why.message };
      child.kill("SIGKILL");
    };
    const onAbort = () => stop(stopped());
    signal?.addEventListener("abort", onAbort, { once: true });
    child.stderr?.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-4000);
    });
    child.on("message", (message: TaskMessage) => {
      if (message.kind === "moved") onMoved?.(message.share);
      else if (message.kind === "working")
        timer = setTimeout(
          () => stop(new UserError("too_slow", `${name} took longer than its limit of ${timeLimitSeconds} s`)),
          timeLimitSeconds * 1000,
        );
      else last ??= message;
    });
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      if (last === undefined)
        reject(new UserError("task_died", `${name}: its process ended (${killedBy ?? code}): ${words.trim().split("\n").at(-1) ?? ""}`));
      else if (last.kind === "failed") reject(new UserError(last.code, last.message));
      else resolve(last);
    });
    child.send(task);
  });
}
