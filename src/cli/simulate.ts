import type { Command } from "commander";
import { addMonths, type IsoDate, parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { readChange } from "../simulation/change.ts";
import { compareSimulations } from "../simulation/compare.ts";
import { simulatedHousehold } from "../simulation/household.ts";
import { keptSimulations, simulationNamed } from "../simulation/kept.ts";
import { shownSimulation } from "../simulation/shown.ts";
import { simulateChange } from "../simulation/simulate-change.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, languageOf, print, wholeNumber } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { comparisonText, householdText } from "./simulation-beside.ts";
import { simulationText } from "./simulation-text.ts";
import { readAudited } from "./store.ts";
import { textTable } from "./text-table.ts";

interface Flags extends Omit<RunFlags, "partitions"> {
  change: string;
  asOf: string[];
  everyMonths?: string;
  sample?: string;
  household?: string;
  districts?: boolean;
  lang: string;
}

interface KeptFlags extends JsonFlag {
  data?: string;
  lang: string;
}

/** `simulate`, `simulations` and `compare`, below `rules`. */
export function registerSimulations(rules: Command): void {
  withRunOptions(
    rules.command("simulate").description("what a change of parameters, rules, programmes, standards or policy would do, beside today"),
  )
    .requiredOption("--change <file>", "the change's YAML (data-samples/simulations has some)")
    .requiredOption("--as-of <dates...>", "the days on which the register is looked at")
    .option("--every-months <n>", "with two days: the first, and every so many months up to the second")
    .option("--sample <share>", "draw this share of the households; totals then have errors")
    .option("--household <id>", "what one family would see, line by line; nothing is kept")
    .option("--districts", "districts beside regions and groups")
    .option("--lang <language>", languages.join(", "), "ru")
    .action(simulate);
  rules
    .command("simulations")
    .description("the simulations that are kept")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .addOption(jsonOption)
    .action(list);
  rules
    .command("compare <one> <other>")
    .description("two kept simulations beside each other, by name or id")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--lang <language>", languages.join(", "), "ru")
    .addOption(jsonOption)
    .action(compare);
}

async function simulate(flags: Flags): Promise<void> {
  const language = languageOf(flags);
  const { threads, memoryLimit, deploymentFile } = runSettings({ ...flags, partitions: "1" });
  const change = readChange(flags.change);
  const line = progressLine();
  const asked = {
    ...{ data: dataDirectory(flags.data), deployment: readDeployment(deploymentFile), change, place: flags.change },
    ...{ days: daysOf(flags), sample: shareOf(flags.sample), threads, memoryLimit },
    onWait: (holder: string) => line.show(`waiting for the warehouse, held by ${holder}`),
    onDay: (day: IsoDate, done: number) => line.show(`${day} (${done + 1})`),
  };
  if (flags.household !== undefined) {
    const household = flags.household;
    const read = () => simulatedHousehold(asked, household, language).finally(() => line.done());
    const seen = await readAudited(asked.data, { action: "aldyn rules simulate" }, read, () => [household]);
    return print(seen, flags, () => householdText(seen, language));
  }
  const begun = performance.now();
  const { simulation, wasKept } = await simulateChange(asked).finally(() => line.done());
  const seconds = (performance.now() - begun) / 1000;
  const shown = shownSimulation(simulation);
  print({ ...shown, was_kept: wasKept, seconds: Number(seconds.toFixed(1)) }, flags, () =>
    simulationText(shown, language, { wasKept, seconds, hasDistricts: flags.districts === true }),
  );
}

function daysOf({ asOf, everyMonths }: Flags): IsoDate[] {
  const days = asOf.map((day) => parseDate(day, "--as-of"));
  if (everyMonths === undefined) return [...new Set(days)].sort();
  const step = wholeNumber("--every-months", everyMonths, 1, 120);
  const [first, last] = days;
  if (first === undefined || last === undefined || days.length !== 2 || last < first)
    throw new UserError("bad_option", "--every-months needs --as-of with two days, the earlier first", { exitCode: 2 });
  const series: IsoDate[] = [];
  for (let index = 0; addMonths(first, index * step) <= last; index++) series.push(addMonths(first, index * step));
  return series;
}

function shareOf(sample: string | undefined): number {
  if (sample === undefined) return 1;
  const share = Number(sample);
  if (!(share > 0 && share <= 1)) throw new UserError("bad_option", `--sample ${sample}: give a share over 0, at most 1`, { exitCode: 2 });
  return share;
}

function list(flags: KeptFlags): void {
  const kept = keptSimulations(dataDirectory(flags.data));
  const rows = kept.map((each) => [
    each.simulation_id.slice(0, 12),
    each.name,
    each.as_of.join(", "),
    String(each.sample),
    each.kept_at.slice(0, 16),
    each.question,
  ]);
  print(kept, flags, () =>
    rows.length === 0
      ? "No simulation is kept yet: npx aldyn rules simulate --change FILE.yaml --as-of DATE"
      : textTable(["id", "name", "as of", "share", "kept at", "question"], rows, { width: 150, apart: false }),
  );
}

function compare(one: string, other: string, flags: KeptFlags): void {
  const language = languageOf(flags);
  const data = dataDirectory(flags.data);
  const compared = compareSimulations(simulationNamed(data, one), simulationNamed(data, other));
  print(compared, flags, () => comparisonText(compared, language));
}
