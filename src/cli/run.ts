import type { Command } from "commander";
import { parseDate } from "../domain/dates.ts";
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
      print(result, flags, () => describe(result, sameData(flags)));
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

/** The steps of a run with their times and counts, as a table in plain text; `data` names the directory to the next command. */
export function describe(result: NightlyResult, data = ""): string {
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
    `See the list: npx aldyn list show${data}`,
  ].join("\n");
}
