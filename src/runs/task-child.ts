// One task in a process of its own: it can be stopped at its time limit, gives its memory back, and never blocks who serves or keeps a job's lock.
// It ends with the process that started it.
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { ingest } from "../sources/ingest.ts";
import type { LoadReport } from "../sources/load.ts";
import { runId, type StepCounts } from "../steps/step.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { finishRun } from "./begin-run.ts";
import { manifestOf } from "./inputs.ts";
import { readManifest } from "./ledger.ts";
import { withRunLock } from "./lock.ts";
import { pipelineNamed } from "./pipelines.ts";
import { inputsNowOf, surroundings, type Workplace } from "./run-parts.ts";
import { runStep } from "./run-pipeline.ts";
import type { Task, TaskMessage, TaskPlace } from "./task.ts";

process.on("disconnect", () => process.exit(1));
// A signal to the whole group is for who started it, who decides whether the task ends first.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
process.once("message", (task: Task) => {
  work(task).then(
    (last) => tell(last, () => process.exit(0)),
    (error: Error) =>
      tell({ kind: "failed", code: error instanceof UserError ? error.code : "internal", message: error.message }, () => process.exit(1)),
  );
});

const dayInSeconds = 24 * 60 * 60;

async function work(task: Task): Promise<TaskMessage> {
  if (task.kind === "pull") return { kind: "pulled", reports: await pull(task.place, task.source) };
  return { kind: "stepped", counts: await step(task) };
}

/** Runs the step while nobody else works on the data directory; one that has finished meanwhile is not run again. */
function step({ place, run, step: name }: Extract<Task, { kind: "step" }>): Promise<StepCounts> {
  const workplace: Workplace = {
    ...place,
    data: dataDirectory(place.data),
    memoryLimit: place.memoryLimit,
    now: () => new Date(),
    onStep: ({ state, share }) => {
      if (state === "moved") tell({ kind: "moved", share: share ?? 0 });
    },
  };
  const directory = join(workplace.data.runs, run);
  const manifest = readManifest(directory);
  const pipeline = pipelineNamed(manifest.pipeline);
  const here = pipeline.steps.find((each) => each.name === name);
  if (here === undefined) throw new Error(`pipeline ${pipeline.name} has no step ${name}`);
  return withRunLock(
    workplace.data,
    `${name} of run ${run}`,
    workplace.now().toISOString(),
    async () => {
      tell({ kind: "working" });
      const deployment = readDeployment(place.deploymentFile);
      const inputs = await inputsNowOf(manifest, workplace, deployment);
      if (runId(manifestOf(pipeline.name, manifest.as_of, inputs)) !== run)
        throw new UserError(
          "inputs_changed",
          `run ${run} was begun on other rules, parameters, code or data than are here now; begin a new run`,
        );
      const { counts } = await runStep(here, manifest, directory, surroundings(workplace, deployment, manifest.as_of));
      if (here === pipeline.steps.at(-1)) await finishRun(workplace, run);
      return counts;
    },
    dayInSeconds,
  );
}

function pull(place: TaskPlace, source: string): Promise<LoadReport[]> {
  const deployment = readDeployment(place.deploymentFile);
  tell({ kind: "working" });
  return ingest({
    data: dataDirectory(place.data),
    sources: [source],
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: process.env,
    now: () => new Date(),
    database: { threads: place.threads, memoryLimit: place.memoryLimit },
  });
}

function tell(message: TaskMessage, told: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, told);
}
