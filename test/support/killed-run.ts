// A nightly run that kills its own process (SIGKILL) in the step named: `written` after the step's files are there but before they count,
// `writing` as soon as the first of them appears. Arguments: data directory, date, step, moment.
import { watch } from "node:fs";
import { nightly } from "../../pipelines/nightly.ts";
import { resolveChampion } from "../../src/cases/promotions.ts";
import { projectFile } from "../../src/domain/project-files.ts";
import { runNightly } from "../../src/runs/run-nightly.ts";
import type { Step } from "../../src/steps/step.ts";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";

const [root, asOf, stepToKill, moment] = process.argv.slice(2) as [string, string, string, "writing" | "written"];
const die = () => process.kill(process.pid, "SIGKILL");

const steps: Step[] = nightly.steps.map((step) => ({
  name: step.name,
  async run(context) {
    if (step.name !== stepToKill) return step.run(context);
    if (moment === "writing") watch(context.outputDirectory, { recursive: true }, die);
    const counts = await step.run(context);
    die();
    return counts;
  },
}));

await runNightly(
  {
    data: dataDirectory(root),
    asOf,
    deploymentFile: projectFile("models/deployment.yaml"),
    partitions: 1,
    threads: 1,
    memoryLimit: undefined,
    now: () => new Date(),
    champion: (isSynthetic) => resolveChampion(undefined, dataDirectory(root), isSynthetic),
  },
  { ...nightly, steps },
);
