import type { LoadReport } from "../sources/load.ts";
import type { StepCounts } from "../steps/step.ts";

/** How much of the machine a task may use, and by which deployment it works. Plain values: it crosses a process's border. */
export interface TaskPlace {
  data: string;
  deploymentFile: string;
  partitions: number;
  threads: number;
  memoryLimit?: string | undefined;
}

/** One step of a run, or one source to pull. */
export type Task = { kind: "step"; place: TaskPlace; run: string; step: string } | { kind: "pull"; place: TaskPlace; source: string };

/** What a task's process says to the one that started it. */
export type TaskMessage =
  | { kind: "working" }
  | { kind: "moved"; share: number }
  | { kind: "stepped"; counts: StepCounts }
  | { kind: "pulled"; reports: LoadReport[] }
  | { kind: "failed"; code: string; message: string };
