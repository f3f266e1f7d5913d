import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { canonicalJson } from "../domain/canonical.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { type Language, languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { readExperiment } from "../experiments/experiment.ts";
import { fitChampion } from "../experiments/fit-champion.ts";
import { exportList } from "../lists/export-list.ts";
import { readFrame } from "../lists/frame.ts";
import { openPublished } from "../lists/published.ts";
import { type List, readList } from "../lists/read-list.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { reportFile } from "../runs/report.ts";
import { runNightly } from "../runs/run-nightly.ts";
import type { OwnModel } from "../scoring/pack-model.ts";
import { unmetForPromotion } from "../scoring/promotion-gate.ts";
import { ingest } from "../sources/ingest.ts";
import { generatePopulation } from "../synth/generate.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type JsonFlag, jsonOption, print, type Register, wholeNumber } from "./command.ts";
import { conditionsNow, decideOnce } from "./decide.ts";
import { listText } from "./list-text.ts";
import { describeChampion } from "./model-text.ts";
import { type Progress, progressLine } from "./progress.ts";
import { describe as describeRun } from "./run.ts";
import { modelsIn } from "./store.ts";

interface Flags extends JsonFlag {
  households: string;
  months: string;
  seed: string;
  lang: string;
  data?: string;
}

const asOf = "2026-10-01";
type FittedModel = OwnModel & { directory: string };

const deploymentFile = projectFile("models/deployment.yaml");
const experimentFile = projectFile("models/hardship-entry-6m/experiment.yaml");
const threads = availableParallelism();
const now = () => new Date();

export const register: Register = (program: Command) => {
  program
    .command("demo")
    .description("make a sample population, train and promote a model on it, run the night, and show whom to visit first")
    .option("--households <n>", "households", "20000")
    .option("--months <n>", "months of life, at least 36", "48")
    .option("--seed <n>", "seed", "7")
    .option("--lang <language>", languages.join(", "), "ru")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .addOption(jsonOption)
    .action(demo);
};

async function demo(flags: Flags): Promise<void> {
  if (!(languages as readonly string[]).includes(flags.lang))
    throw new UserError("bad_option", `--lang ${flags.lang}${didYouMean(flags.lang, languages)}: give one of ${languages.join(", ")}`, {
      exitCode: 2,
    });
  const data = dataDirectory(flags.data);
  const line = progressLine();
  try {
    const population = await makePopulation(data, flags, line);
    await loadPopulation(data, population, line);
    const model = await trainModel(data, line);
    const run = await runNightly({
      data,
      asOf,
      deploymentFile,
      partitions: 1,
      threads,
      memoryLimit: undefined,
      now,
      ...modelsIn(data),
      onStep: ({ step, state }) => line.show(`nightly run: ${step} ${state}`),
    });
    const list = await currentList(data, flags.lang as Language);
    const workbook = join(data.root, "exports", `${list.list_id.slice(0, 12)}-${flags.lang}.xlsx`);
    await exportList(list, "xlsx", workbook, flags.lang as Language);
    line.done();
    const shown = { ...list, entries: list.entries.slice(0, 10) };
    const files = { workbook, card: join(model.directory, "card.md"), report: reportFile(data, run.run_id), population };
    const unmet = unmetForPromotion(model.manifest, conditionsNow(deploymentFile));
    print({ list: shown, run, model: model.manifest, not_promoted: unmet, files }, flags, () =>
      [
        listText(shown, flags.lang as Language),
        describeRun(run),
        `${describeChampion(model.manifest)}${notPromoted(unmet)}`,
        whatToOpen(files),
      ].join("\n\n"),
    );
  } finally {
    line.done();
  }
}

/** The sample population's directory; made only when it is not there with the same settings. */
async function makePopulation(data: DataDirectory, flags: Flags, line: Progress): Promise<string> {
  const settings = {
    households: wholeNumber("--households", flags.households, 500, 1_000_000),
    months: wholeNumber("--months", flags.months, 36, 60),
    seed: wholeNumber("--seed", flags.seed, 0),
    until: asOf,
  };
  const directory = join(data.root, "population");
  const doneFile = join(directory, "settings.json");
  if (existsSync(doneFile)) {
    if (readFileSync(doneFile, "utf8") === canonicalJson(settings)) return directory;
    throw new UserError("other_demo", `${directory} holds a population of other settings; name another directory: --data ./var-2`, {
      exitCode: 2,
    });
  }
  await refuseRealData(data);
  await generatePopulation({
    ...settings,
    directory,
    threads,
    partitions: 1,
    progress: (done, total) => line.show(`population: part ${done} of ${total}`),
  });
  writeFileSync(doneFile, canonicalJson(settings));
  return directory;
}

async function refuseRealData(data: DataDirectory): Promise<void> {
  if (!existsSync(data.warehouse)) return;
  const session = await openKnown(data);
  const loads = await session.value<number>("select count(*)::integer from load").finally(() => session.close());
  if (loads > 0)
    throw new UserError("not_empty", `${data.root} already holds loaded data; show the demo in another directory: --data ./var-demo`, {
      exitCode: 2,
    });
}

async function loadPopulation(data: DataDirectory, population: string, line: Progress): Promise<void> {
  const deployment = readDeployment(deploymentFile);
  await ingest({
    data,
    sources: [join(population, "sources.yaml")],
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: process.env,
    now,
    database: { threads },
    onNotice: (words) => process.stderr.write(`${words}\n`),
    onLoad: ({ table, done, total }) => line.show(`loading ${table} (${done + 1} of ${total})`),
  });
}

async function trainModel(data: DataDirectory, line: Progress): Promise<FittedModel> {
  const experiment = readExperiment(experimentFile);
  const model = await fitChampion(experiment, data, {
    asOf,
    environment: process.env,
    now,
    threads,
    onProgress: (text) => line.show(`model: ${text}`),
  });
  if (unmetForPromotion(model.manifest, conditionsNow(deploymentFile)).length === 0) {
    line.show("model: promoting it");
    const decision = { who: "demo", why: `trained by ${experiment.name} as of ${asOf} on the sample population`, at: now().toISOString() };
    await decideOnce({ data, deploymentFile, doing: "aldyn demo" }, model.manifest.id, decision);
  }
  return model;
}

/** Why the night went on without the model just trained; nothing when it is champion. */
function notPromoted(unmet: readonly string[]): string {
  return unmet.length === 0 ? "" : `\nIt did not become champion: ${unmet.join("; ")}. More households or months would teach it more.`;
}

async function currentList(data: DataDirectory, language: Language): Promise<List> {
  const { session, meta } = await openPublished(data);
  try {
    return await readList(session, await readFrame(session, meta), { area: "", today: asOf, language });
  } finally {
    session.close();
  }
}

function whatToOpen(files: Record<string, string>): string {
  const shown = (file: string) => relative(process.cwd(), file);
  return [
    "What to open:",
    `  the whole list as a workbook   ${shown(files.workbook as string)}`,
    `  the model's card               ${shown(files.card as string)}`,
    `  the run's report               ${shown(files.report as string)}`,
    `  the sample population          ${shown(files.population as string)}`,
  ].join("\n");
}
