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

/** Starts all threads of a task but this one, and waits until each has its code: from then on this one may sleep until they come. */
export async function startThreads(task: Task): Promise<Threads> {
  const problems: Error[] = [];
  const workers = Array.from({ length: task.shape.threads - 1 }, (_, other) => {
    const workerData: WorkerStart = { task, thread: other + 1 };
    const worker = new Worker(projectFile("src/domain/start.js"), { argv: ["src/training/boosting/worker.ts"], workerData });
    return worker.on("error", (problem) => problems.push(problem));
  });
  const end = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
    if (problems[0] !== undefined) throw new Error("a thread of the fit failed", { cause: problems[0] });
  };
  await Promise.all(workers.map((worker) => once(worker, "message"))).catch(end);
  return { end };
}
