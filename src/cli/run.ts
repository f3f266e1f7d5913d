import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { pipelineNamed } from "../runs/pipelines.ts";
import { type NightlyResult, runNightly } from "../runs/run-nightly.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print, type Register } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { championIn } from "./store.ts";

export const register: Register = (program: Command) => {
  withRunOptions(program.command("run <pipeline>").description("run a pipeline on what the warehouse holds"))
    .requiredOption("--as-of <date>", "the day to look from: only what was known before it counts")
    .action(async (pipeline: string, flags: RunFlags & { asOf: string }) => {
      const data = dataDirectory(flags.data);
      const line = progressLine();
      const result = await runNightly(
        {
          ...runSettings(flags),
          data,
          champion: championIn(data),
          asOf: parseDate(flags.asOf, "--as-of"),
          now: () => new Date(),
          onWait: (holder) => line.show(`waiting for the warehouse, held by ${holder}`),
          onStep: ({ step, state, share }) => line.show(`${step} ${state === "moved" ? `${Math.round((share ?? 0) * 100)} %` : state}`),
        },
        pipelineNamed(pipeline),
      ).finally(() => line.done());
      print(result, flags, () => describe(result));
    });
};

/** The steps of a run with their times and counts, as a table in plain text. */
export function describe(result: NightlyResult): string {
  const rows = result.steps.map(({ step, seconds, counts }) => {
    const time = seconds === null ? "" : `${seconds.toFixed(1)} s`;
    return `  ${step.padEnd(12)}${time.padStart(9)}   ${Object.entries(counts)
      .map(([name, value]) => `${name.replaceAll("_", " ")} ${value.toLocaleString("en")}`)
      .join(", ")}`;
  });
  const model =
    result.model === null
      ? "no model is promoted: the list goes on with rules and need"
      : `${result.model.name} (${result.model.id.slice(0, 12)})`;
  return [
    `Run ${result.run_id} as of ${result.as_of}${result.was_done ? " had been done before" : ""}`,
    `  model       ${model}`,
    ...rows,
    ...result.warnings.map((warning) => `  warning     ${warning}`),
    `See the list: npx aldyn list show`,
  ].join("\n");
}
