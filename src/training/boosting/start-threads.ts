import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { projectFile } from "../../domain/project-files.ts";
import type { Task } from "./work.ts";
import type { WorkerStart } from "./worker.ts";

/** The other threads of a fit. */
export interface Threads {
  /** Ends them, wherever they are. Throws what went wrong in one of them. */
  end(): Promise<void>;
}

/** Starts all threads of a task but this one. */
export function startThreads(task: Task): Threads {
  const problems: Error[] = [];
  const workers = Array.from({ length: task.shape.threads - 1 }, (_, other) => {
    const workerData: WorkerStart = { module: new URL("./worker.ts", import.meta.url).href, task, thread: other + 1 };
    const worker = new Worker(projectFile("src/domain/worker-entry.js"), { workerData });
    return worker.on("error", (problem) => problems.push(problem));
  });
  return {
    async end() {
      await Promise.all(
        workers.map((worker) => (worker.threadId < 0 ? undefined : Promise.all([once(worker, "exit"), worker.terminate()]))),
      );
      if (problems[0] !== undefined) throw new Error("a thread of the fit failed", { cause: problems[0] });
    },
  };
}
