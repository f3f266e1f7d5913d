import { workerData } from "node:worker_threads";
import { CrewFailed, leaveCrew } from "./crew.ts";
import { viewsOf } from "./memory.ts";
import { playRound } from "./round.ts";
import { startWork, type Task } from "./work.ts";

/** What a thread of a fit is started with. */
export interface WorkerStart {
  /** This module's address, for the entry. */
  module: string;
  task: Task;
  thread: number;
}

const { task, thread } = workerData as WorkerStart;
try {
  const work = startWork(task, thread, null);
  for (let round = 0; round < task.settings.rounds; round++) playRound(work, round);
} catch (problem) {
  leaveCrew(viewsOf(task.memory, task.shape));
  if (!(problem instanceof CrewFailed)) throw problem;
}
