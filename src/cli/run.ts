import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
import { publishedId } from "../lists/published.ts";
import { pipelineNamed } from "../runs/pipelines.ts";
import { type NightlyResult, runNightly } from "../runs/run-nightly.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print, type Register, sameData } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { redisUrl } from "./redis-url.ts";
import { modelsIn } from "./store.ts";

export const register: Register = (program: Command) => {
  withRunOptions(program.command("run <pipeline>").description("run a pipeline on what the warehouse holds"))
    .requiredOption("--as-of <date>", "the day to look from: only what was known before it counts")
    .option("--queue", "have it worked on by the workers of the queue (REDIS_URL), the deployment's sources pulled first")
    .action(async (pipeline: string, flags: RunFlags & { asOf: string; queue?: boolean }) => {
      if (flags.queue === true) return runOnQueue(pipeline, flags);
      const data = dataDirectory(flags.data);
      const line = progressLine();
      const result = await runNightly(
        {
          ...runSettings(flags),
          data,
          ...modelsIn(data),
          asOf: parseDate(flags.asOf, "--as-of"),
          now: () => new Date(),
          onWait: (holder) => line.show(`waiting for the warehouse, held by ${holder}`),
          onStep: ({ step, state, share }) => line.show(`${step} ${state === "moved" ? `${Math.round((share ?? 0) * 100)} %` : state}`),
        },
        pipelineNamed(pipeline),
      ).finally(() => line.done());
      print(result, flags, () => `${describe(result)}\n${whatNext(result.run_id, publishedId(data), sameData(flags))}`);
    });
};

async function runOnQueue(pipeline: string, flags: RunFlags & { asOf: string }): Promise<void> {
  const [{ askForRun }, { queuePrefix }] = await Promise.all([import("../queue/ask.ts"), import("../queue/run-queue.ts")]);
  const waitSeconds = 60;
  const asked = await askForRun({ redisUrl: redisUrl(), prefix: queuePrefix(), waitSeconds }, pipeline, parseDate(flags.asOf, "--as-of"));
  const { requested } = asked;
  print(asked, flags, () =>
    requested === null
      ? `Asked for as job ${asked.job}; no worker has begun it in ${waitSeconds} s. Is one running? npx aldyn worker`
      : `Run ${requested.run_id}: ${requested.state.replace("_", " ")}`,
  );
}

/** How to see the run's list; `data` names the data directory to the next command. */
export function whatNext(run: string, shown: string, data: string): string {
  if (run === shown) return `See the list: npx aldyn list show${data}`;
  return `The list of a later day is shown, and stays. See this one: npx aldyn list show --run ${run.slice(0, 12)}${data}`;
}

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
  ].join("\n");
}
