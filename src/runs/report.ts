import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import type { RegistryCheck, TableCheck } from "../steps/check-registry.ts";
import { shadowWarnings } from "../steps/compare-shadows.ts";
import type { RunManifest } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { readLedger, readManifest, readReceipt } from "./ledger.ts";
import { monitoringSection, monitoringWarnings, sayFallback } from "./monitoring-report.ts";

/** Where a run's report stands: beside its ledger, outside every hash, since it speaks of times. */
export function reportFile(data: DataDirectory, run: string): string {
  return join(data.runs, run, "report.md");
}

/** What the registers held for a run, as its step `check` found it. */
export function readRegistryCheck(directory: string): RegistryCheck {
  return JSON.parse(readFileSync(join(directory, "check", "registry.json"), "utf8")) as RegistryCheck;
}

/** What people should look at in a run; it stopped nothing. */
export function readWarnings(data: DataDirectory, run: string): string[] {
  const directory = join(data.runs, run);
  return [...readRegistryCheck(directory).warnings, ...shadowWarnings(directory), ...monitoringWarnings(data, run)];
}

/** Writes the report of a finished run: what to look at, what it was made from, how each step went, what the registers held. Markdown. */
export function writeReport(data: DataDirectory, run: string, more: readonly string[] = []): void {
  const directory = join(data.runs, run);
  const manifest = readManifest(directory);
  const check = readRegistryCheck(directory);
  const warnings = [...readWarnings(data, run), ...more];
  const sections = [
    `# Run ${run}`,
    `Pipeline ${manifest.pipeline}, as of ${manifest.as_of}. ${sayModel(manifest)}`,
    ...(warnings.length === 0 ? [] : ["## Warnings", warnings.map((warning) => `- ${warning}`).join("\n")]),
    ...monitoringSection(data, run),
    "## Steps",
    markdownTable(["step", "seconds", "counts"], stepRows(directory)),
    "## Registers",
    "Rows known on the day, and of those that name a household or a person, the ones whose household or person no register knows.",
    markdownTable(["table", "rows", "household unknown", "person unknown"], check.tables.map(tableRow)),
    "## Freshness by source and region",
    markdownTable(
      Object.keys(check.freshness[0] ?? {}),
      check.freshness.map((row) => Object.values(row).map((value) => String(value ?? "-"))),
    ),
    "## Made from",
    markdownTable(
      ["input", "is"],
      Object.entries(manifest)
        .filter(([name]) => name !== "model" && name !== "fallback")
        .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  ];
  writeFileSync(reportFile(data, run), `${sections.join("\n\n")}\n`);
}

function sayModel({ model, fallback }: RunManifest): string {
  if (fallback !== undefined) return sayFallback(fallback);
  return model === null ? "No model was promoted: the list goes on with rules and need." : `Model ${model.name} (${model.id}).`;
}

function tableRow(check: TableCheck): string[] {
  const unknown = (orphans: number | undefined, references: number | undefined) =>
    orphans === undefined || references === undefined ? "-" : `${orphans.toLocaleString("en")} of ${references.toLocaleString("en")}`;
  return [
    check.table,
    check.row_count.toLocaleString("en"),
    unknown(check.orphans_of_household, check.references_to_household),
    unknown(check.orphans_of_person, check.references_to_person),
  ];
}

function stepRows(directory: string): string[][] {
  const finished = new Map(
    readLedger(directory).flatMap((event) => (event.event === "step_finished" ? [[event.step, event.seconds ?? 0]] : [])),
  );
  return nightly.steps.map(({ name }) => {
    const counts = Object.entries(readReceipt(directory, name)?.counts ?? {}).map(
      ([what, number]) => `${what} ${number.toLocaleString("en")}`,
    );
    return [name, (finished.get(name) ?? 0).toFixed(1), counts.join(", ")];
  });
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
