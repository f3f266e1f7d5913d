import { binColumns, fillLines } from "./bin-columns.ts";
import { type Bundle, bundleFeatures } from "./bundles.ts";
import { type Crew, joinCrew } from "./crew.ts";
import { writeCounts } from "./gradients.ts";
import { compiledKernel, type Kernel, type Units } from "./kernel.ts";
import { lineStride, type Shape, type Views, viewsOf } from "./memory.ts";
import { plainKernel } from "./plain-kernel.ts";
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

/** A thread's place in a fit. */
export interface Place {
  crew: Crew;
  shape: Shape;
  settings: Settings;
  units: Units;
  views: Views;
  /** Rows of this thread. */
  stretches: [from: number, until: number][];
  /** Where this thread's part of `index` begins, and how long it is. */
  start: number;
  own: number;
}

/** A thread that has its rows in bins and can grow trees. */
export interface Work extends Place {
  kernel: Kernel;
  bundles: Bundle[];
  /** Numbers of the bundles whose histograms and splits this thread sees to. */
  ownBundles: number[];
  /** Whether a feature is in one of them. */
  isOwn: Uint8Array;
}

/** Takes a thread's place and puts the values into bins, together with the other threads; `load` writes a feature's values, in one thread. */
export function startWork(task: Task, thread: number, load: ((feature: number, values: Float64Array) => void) | null): Work {
  const place = takePlace(task, thread);
  const { views, shape, units } = place;
  binColumns(place, task.staging, load);
  const bundles = bundleFeatures(views, shape);
  const stride = lineStride(bundles.length);
  fillLines(place, bundles, stride);
  if (shape.hasCounts) writeCounts(place);
  const size = { bundles: bundles.length, stride };
  const ownBundles = [...bundles.keys()].filter((bundle) => bundle % shape.threads === thread);
  const isOwn = new Uint8Array(shape.features);
  for (const bundle of ownBundles) for (const { feature } of bundles[bundle]!.members) isOwn[feature] = 1;
  const kernel = (task.kernel === "compiled" ? compiledKernel : plainKernel)({ memory: task.memory, views, shape, thread, units, ...size });
  return { ...place, kernel, bundles, ownBundles, isOwn };
}

function takePlace({ memory, shape, settings, units }: Task, thread: number): Place {
  const { rows, threads } = shape;
  const views = viewsOf(memory, shape);
  const before = Array.from({ length: thread }, (_, earlier) => ownRows(rows, earlier, threads));
  return {
    crew: joinCrew(views, thread, threads),
    shape,
    settings,
    units,
    views,
    stretches: [...ownStretches(rows, thread, threads)],
    start: before.reduce((sum, count) => sum + count, 0),
    own: ownRows(rows, thread, threads),
  };
}
