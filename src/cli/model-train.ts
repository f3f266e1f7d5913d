import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { readExperiment } from "../experiments/experiment.ts";
import { experimentData } from "../experiments/experiment-data.ts";
import { fitChampion } from "../experiments/fit-champion.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, wholeNumber } from "./command.ts";
import { decideOnce } from "./decide.ts";
import { describeChampion } from "./model-text.ts";
import { progressLine } from "./progress.ts";

interface Flags extends JsonFlag {
  experiment: string;
  asOf: string;
  data?: string;
  threads: string;
  promote?: boolean;
  who: string;
}

/** `aldyn model train`: an experiment's model from the warehouse, fitted on what was known on a day, into the model store. */
export function registerTrain(model: Command): void {
  model
    .command("train")
    .description("fit an experiment's model on what the warehouse knew on a day, measure it on a later window, and keep it")
    .option("--experiment <file>", "the experiment's YAML", projectFile("models/hardship-entry-6m/experiment.yaml"))
    .requiredOption("--as-of <date>", "labels known by this day are learned from")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--threads <n>", "threads for the database", String(availableParallelism()))
    .option("--promote", "make it the champion")
    .option("--who <name>", "who promotes it", "operator")
    .addOption(jsonOption)
    .action(async (flags: Flags) => {
      const experiment = readExperiment(flags.experiment);
      const line = progressLine();
      const around = {
        environment: process.env,
        now: () => new Date(),
        threads: wholeNumber("--threads", flags.threads, 1, 256),
        onProgress: (text: string) => line.show(text),
        asOf: parseDate(flags.asOf, "--as-of"),
      };
      const { stored, data } = await experimentData(experiment, dataDirectory(flags.data), around)
        .then(async ({ data }) => ({ data, stored: await fitChampion(experiment, data, around) }))
        .finally(() => line.done());
      print(stored.manifest, flags, () => `${describeChampion(stored.manifest)}\nRead ${join(stored.directory, "card.md")}`);
      if (flags.promote !== true) return;
      await decideOnce({ data, deploymentFile: projectFile("models/deployment.yaml"), doing: "aldyn model train" }, stored.manifest.id, {
        who: flags.who,
        why: `trained by ${experiment.name} as of ${around.asOf}`,
        at: around.now().toISOString(),
      });
    });
}
