import { parentPort, workerData } from "node:worker_threads";
import { CrewFailed, leaveCrew } from "./crew.ts";
import { viewsOf } from "./memory.ts";
import { playRound } from "./round.ts";
import { startWork, type Task } from "./work.ts";

/** What a thread of a fit is started with. */
export interface WorkerStart {
  task: Task;
  thread: number;
}

const { task, thread } = workerData as WorkerStart;
parentPort?.postMessage("ready");
try {
  const work = startWork(task, thread, null);
  for (let round = 0; round < task.settings.rounds; round++) playRound(work, round);
} catch (problem) {
  leaveCrew(viewsOf(task.memory, task.shape));
  if (!(problem instanceof CrewFailed)) throw problem;
}
