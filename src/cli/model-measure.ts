import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { readExperiment } from "../experiments/experiment.ts";
import { experimentData } from "../experiments/experiment-data.ts";
import { measureExternal } from "../experiments/measure-external.ts";
import { readModel } from "../scoring/model-store.ts";
import { isExternal } from "../scoring/pack-model.ts";
import { unmetForPromotion } from "../scoring/promotion-gate.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, wholeNumber } from "./command.ts";
import { conditionsNow } from "./decide.ts";
import { describeQuality } from "./model-text.ts";
import { progressLine } from "./progress.ts";

interface Flags extends JsonFlag {
  experiment: string;
  asOf: string;
  data?: string;
  threads: string;
}

/** `aldyn model measure`: a registered model on an experiment's later window, beside its baselines. */
export function registerMeasure(model: Command): void {
  model
    .command("measure <model>")
    .description("measure a model made elsewhere on an experiment's later window, beside rules and need, and keep the result")
    .option("--experiment <file>", "the experiment's YAML", projectFile("models/hardship-entry-6m/experiment.yaml"))
    .requiredOption("--as-of <date>", "labels known by this day are measured on")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--threads <n>", "threads for the database and for scoring", String(availableParallelism()))
    .addOption(jsonOption)
    .action(async (id: string, flags: Flags) => {
      const data = dataDirectory(flags.data);
      const found = readModel(data, id);
      if (!isExternal(found))
        throw new UserError("own_model", `${found.manifest.name} was fitted here: npx aldyn model train measures what it fits`, {
          exitCode: 2,
        });
      const experiment = readExperiment(flags.experiment);
      const line = progressLine();
      const around = {
        environment: process.env,
        now: () => new Date(),
        threads: wholeNumber("--threads", flags.threads, 1, 256),
        onProgress: (text: string) => line.show(text),
        asOf: parseDate(flags.asOf, "--as-of"),
      };
      const { manifest } = await experimentData(experiment, data, around)
        .then(() => measureExternal(found, experiment, data, around))
        .finally(() => line.done());
      const unmet = unmetForPromotion(manifest, conditionsNow(projectFile("models/deployment.yaml")));
      print({ ...manifest, unmet }, flags, () =>
        [
          `Model ${manifest.name} (${manifest.id.slice(0, 12)})`,
          describeQuality(manifest.quality),
          ...unmet.map((each) => `  Before it can become champion: ${each}`),
        ].join("\n"),
      );
    });
}
