import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { areaPrefix } from "../lists/list-id.ts";
import { publishedId } from "../lists/published.ts";
import type { ShadowDiff } from "../lists/shadow-diff.ts";
import { findRun } from "../runs/ledger.ts";
import { readShadowDiff, shadowWarnings } from "../steps/compare-shadows.ts";
import { readShadowOutcomes } from "../steps/score-shadows.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { type StoreFlags, withData } from "./model-store.ts";
import { readAudited } from "./store.ts";
import { textTable } from "./text-table.ts";

interface Flags extends StoreFlags {
  run?: string;
  area: string;
}

/** `aldyn model shadow-diff`: the lists of a run beside those that a shadow would have made. */
export function registerShadowDiff(model: Command): void {
  withData(model.command("shadow-diff <model>").description("who would enter and leave each list if a shadow were champion, by id"))
    .option("--run <run>", "the run, by the beginning of its id; the one that is shown when absent")
    .option("--area <code>", "only districts of this KATO code or its leading digits", "")
    .action(async (named: string, flags: Flags) => {
      const data = dataDirectory(flags.data);
      const area = areaPrefix(flags.area);
      const run = flags.run === undefined ? publishedId(data) : findRun(data, flags.run);
      const read = async () => diffOf(join(data.runs, run), run, named);
      const diff = await readAudited(data, { action: "aldyn model shadow-diff" }, read, ({ shadow }) => [run, shadow.id]);
      const shown = { run_id: run, ...diff, districts: diff.districts.filter(({ district_code }) => district_code.startsWith(area)) };
      print(shown, flags, () => describe(shown));
    });
}

function diffOf(directory: string, run: string, named: string): ShadowDiff {
  const shadows = readShadowOutcomes(directory);
  const found = shadows.filter(({ id }) => id.startsWith(named));
  const diff = found.length === 1 ? readShadowDiff(directory, found[0]!.id) : undefined;
  if (diff !== undefined) return diff;
  const known = shadows.map(({ id, name }) => `${name ?? "model"} (${id.slice(0, 12)})`).join(", ");
  if (found.length === 0)
    throw new UserError(
      "no_shadow",
      `run ${run.slice(0, 12)} scored no shadow ${named}; its shadows: ${known || "none"}. A model is one from the next run on after: npx aldyn model shadow ID --why "..."`,
    );
  throw new UserError(
    "no_diff",
    found.length > 1 ? `${named} begins the ids of ${found.length} shadows: ${known}` : shadowWarnings(directory).join("; "),
  );
}

function describe({ run_id, shadow, champion, as_of, districts, tiers, ...whole }: ShadowDiff & { run_id: string }): string {
  const correlation = whole.rank_correlation === null ? "unknown" : whole.rank_correlation.toFixed(4);
  const moved = districts.filter(({ would_enter, would_leave }) => would_enter.length + would_leave.length > 0);
  return [
    `Run ${run_id.slice(0, 12)} as of ${as_of}: ${shadow.name} (${shadow.id.slice(0, 12)}) beside ${champion === null ? "rules and need" : `${champion.name} (${champion.id.slice(0, 12)})`}`,
    `Of ${whole.listed} listed, ${whole.would_leave} would leave and ${whole.would_enter} enter: Jaccard ${whole.jaccard.toFixed(4)}; rank correlation ${correlation} over ${whole.ranked_by_both} households`,
    textTable(
      ["tier", "listed", "with the shadow"],
      Object.entries(tiers).map(([tier, counts]) => [tier, String(counts.champion), String(counts.shadow)]),
    ),
    ...moved.map(({ district_code, jaccard, would_enter, would_leave }) =>
      [
        `${district_code}: Jaccard ${jaccard.toFixed(4)}`,
        ...would_enter.map((id) => `  would enter  ${id}`),
        ...would_leave.map((id) => `  would leave  ${id}`),
      ].join("\n"),
    ),
  ].join("\n\n");
}
