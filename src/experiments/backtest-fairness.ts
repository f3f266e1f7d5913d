import type { IsoDate } from "../domain/dates.ts";
import type { Sentences } from "../domain/languages.ts";
import { type ReliabilityBin, reliabilityBy } from "../training/calibration.ts";
import { type Fairness, type FairnessRows, measureFairness } from "../training/fairness.ts";
import { type FairnessVerdict, judgeFairness } from "../training/fairness-limits.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { fillLists } from "./capacity.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { type ProtectedTraits, protectedTraits } from "./protected-traits.ts";
import type { ScoredSplit } from "./stability.ts";

/** Whom a model's lists find, group by group. */
export interface SplitFairness {
  splits: string[];
  /** Values of single traits; of pairs of traits only those with a difference that was found. */
  measured: Fairness;
  /** Null when the experiment sets no limit. Its findings: values of single traits, and pairs beyond the limit. */
  judged: FairnessVerdict | null;
}

export interface BacktestFairness {
  model: string;
  groups: Experiment["fairness"]["groups"];
  recall_gap_at_most: number | null;
  /** Whether households count by the weights of a survey. */
  weighted: boolean;
  last: SplitFairness;
  /** All splits together; null when there is one. */
  pooled: SplitFairness | null;
  /** Stated and real shares by region on the last split, fifths by rising probability; empty unless regions are among the groups. */
  reliability: Record<string, ReliabilityBin[]>;
  /** Names of the regions by code; empty unless regions are among the groups. */
  regions: Record<string, Sentences>;
}

/** A scored split, and a day on which its households' traits are read. */
export type DatedSplit = ScoredSplit & { asOf: IsoDate };

/** A region has a twentieth of the rows: tenths of it would be chance. */
const fifths = 5;

/** Measures whom a model finds and whom it misses, on the last split and on all of them. */
export async function fairnessOf(
  model: string,
  splits: readonly DatedSplit[],
  { experiment, data, around, snapshot }: { experiment: Experiment; data: DataDirectory; around: Surroundings; snapshot: number },
): Promise<BacktestFairness> {
  const { groups, recall_gap_at_most } = experiment.fairness;
  const rows: FairnessRows[] = [];
  for (const split of splits) {
    around.onProgress?.(`traits as of ${split.asOf}`);
    const traits = await protectedTraits(experiment, data, around, { asOf: split.asOf, snapshot });
    rows.push(fairnessRows(split, traits, groups));
  }
  const measure = (some: readonly FairnessRows[], names: string[]): SplitFairness => {
    const measured = measureFairness(joined(some, groups), { replicates: experiment.bootstrap });
    const judged = recall_gap_at_most === undefined ? null : judgeFairness(measured, { recall_gap: recall_gap_at_most });
    return { splits: names, ...shortened(measured, judged) };
  };
  const names = splits.map(({ split }) => split);
  return {
    ...{ model, groups, recall_gap_at_most: recall_gap_at_most ?? null },
    weighted: rows.some(({ weight }) => weight !== undefined),
    last: measure(rows.slice(-1), names.slice(-1)),
    pooled: splits.length > 1 ? measure(rows, names) : null,
    reliability: curvesByRegion(rows.at(-1)!),
    regions: groups.includes("region_code") ? await regionNames(data, around) : {},
  };
}

/** Rows count once each here, as in the curve of all. */
function curvesByRegion({ label, score, columns }: FairnessRows): Record<string, ReliabilityBin[]> {
  return reliabilityBy({ label, score }, columns.region_code ?? [], fifths);
}

/** A split's rows with the traits of their households. */
export function fairnessRows(
  { household, label, score, lists }: Pick<ScoredSplit, "household" | "label" | "score" | "lists">,
  traits: ProtectedTraits,
  groups: Experiment["fairness"]["groups"],
): FairnessRows {
  const place = new Map(Array.from(traits.household, (key, row) => [key, row]));
  const weights = traits.weight;
  const column = (name: string) =>
    Array.from(household, (key) => {
      const row = place.get(key);
      return row === undefined ? null : (traits.traits[name]![row] ?? null);
    });
  return {
    label,
    score,
    listed: fillLists({ label, score }, lists).chance,
    group: Array.from(household),
    ...(weights === undefined ? {} : { weight: knownOrMean(Array.from(household, (key) => weights[place.get(key) ?? -1] ?? Number.NaN)) }),
    columns: Object.fromEntries(groups.map((name) => [name, column(name)])),
  };
}

/** A household whose weight is unknown counts as the mean of those known. */
function knownOrMean(weights: readonly number[]): number[] {
  const known = weights.filter((weight) => weight >= 0);
  const mean = known.length === 0 ? 1 : known.reduce((sum, weight) => sum + weight, 0) / known.length;
  return weights.map((weight) => (weight >= 0 ? weight : mean));
}

function shortened(measured: Fairness, judged: FairnessVerdict | null): Pick<SplitFairness, "measured" | "judged"> {
  const isFound = ({ comparisons }: Fairness["cells"][number]) =>
    Object.values(comparisons).some(({ verdict }) => verdict.code === "lower" || verdict.code === "higher");
  return {
    measured: { ...measured, cells: measured.cells.filter((cell) => cell.columns.length === 1 || isFound(cell)) },
    judged: judged && { ...judged, findings: judged.findings.filter(({ columns, code }) => columns.length === 1 || code === "beyond") },
  };
}

function joined(parts: readonly FairnessRows[], groups: readonly string[]): FairnessRows {
  return {
    label: Uint8Array.from(parts.flatMap(({ label }) => Array.from(label))),
    score: Float64Array.from(parts.flatMap(({ score }) => Array.from(score))),
    listed: parts.flatMap(({ listed }) => Array.from(listed)),
    group: parts.flatMap(({ group }) => group!),
    ...(parts.some(({ weight }) => weight !== undefined)
      ? { weight: parts.flatMap(({ weight, label }) => Array.from(weight ?? new Array<number>(label.length).fill(1))) }
      : {}),
    columns: Object.fromEntries(groups.map((name) => [name, parts.flatMap(({ columns }) => columns[name]!)])),
  };
}

async function regionNames(data: DataDirectory, { threads }: Surroundings): Promise<Record<string, Sentences>> {
  const session = await openKnown(data, { threads });
  try {
    const areas = await session.rows<{ area_code: string; name_kk: string; name_ru: string; name_en: string | null }>(
      "select area_code, name_kk, name_ru, name_en from area where level = 'region' order by area_code",
    );
    return Object.fromEntries(
      areas.map((area) => [area.area_code, { kk: area.name_kk, ru: area.name_ru, en: area.name_en ?? area.name_ru }]),
    );
  } finally {
    session.close();
  }
}
