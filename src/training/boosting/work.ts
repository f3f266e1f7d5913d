import { type Crew, joinCrew } from "./crew.ts";
import { compiledKernel, type Kernel, plainKernel, type Units } from "./kernel.ts";
import { type Shape, type Views, viewsOf } from "./memory.ts";
import { ownRows, ownStretches } from "./rows.ts";
import type { Settings } from "./settings.ts";

/** What every thread of a fit is given. */
export interface Task {
  memory: WebAssembly.Memory;
  shape: Shape;
  settings: Settings;
  units: Units;
  kernel: "compiled" | "plain";
  /** Room for one column of values a thread, while they are put into bins. */
  staging: SharedArrayBuffer;
}

/** A thread's part of a fit. */
export interface Work {
  crew: Crew;
  shape: Shape;
  settings: Settings;
  units: Units;
  views: Views;
  kernel: Kernel;
  /** Features whose histograms and splits this thread sees to. */
  features: number[];
  /** Rows of this thread. */
  stretches: [from: number, until: number][];
  /** Where this thread's part of `index` begins, and how long it is. */
  start: number;
  own: number;
}

export function startWork({ memory, shape, settings, units, kernel }: Task, thread: number): Work {
  const { rows, threads } = shape;
  const views = viewsOf(memory, shape);
  const before = Array.from({ length: thread }, (_, earlier) => ownRows(rows, earlier, threads));
  return {
    crew: joinCrew(views, thread, threads),
    shape,
    settings,
    units,
    views,
    kernel: kernel === "compiled" ? compiledKernel(memory, views, shape, thread, units) : plainKernel(views, shape, thread, units),
    features: Array.from({ length: shape.features }, (_, feature) => feature).filter((feature) => feature % threads === thread),
    stretches: [...ownStretches(rows, thread, threads)],
    start: before.reduce((sum, count) => sum + count, 0),
    own: ownRows(rows, thread, threads),
  };
}
