import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { addMonths } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import type { SynthOptions } from "./options.ts";

const Target = z.strictObject({
  target: z.number().optional(),
  least: z.number().optional(),
  most: z.number().optional(),
  unit: z.string(),
  basis: z.enum(["source", "derived", "assumption"]),
  reference: z.string(),
  says: z.string(),
});
type Target = z.infer<typeof Target>;

/** A figure of the population beside its target. `isMet` is null where there are no bounds or the window does not hold the figure. */
export interface Figure extends Target {
  name: string;
  value: number | null;
  isMet: boolean | null;
}

/** Tables that the report reads; enough to write when only the figures are wanted. */
export const reportTables = ["person", "benefit", "consent", "truth/household_quarter"] as const;

/** Compares a written population with what it is calibrated to, and writes the figures to `report.json` beside it. */
export async function reportPopulation(options: Pick<SynthOptions, "directory" | "until" | "months" | "threads">): Promise<Figure[]> {
  const session = await openDatabase(":memory:", { mode: "write", threads: options.threads });
  try {
    for (const table of reportTables)
      await session.script(
        `create view ${table.replace("/", "_")} as from read_parquet(${quoted(join(options.directory, table, "*.parquet"))})`,
      );
    const figures = [...(await nationalFigures(session, options)), ...(await regionalFigures(session))];
    writeFileSync(join(options.directory, "report.json"), `${JSON.stringify(figures, null, 2)}\n`);
    return figures;
  } finally {
    session.close();
  }
}

async function nationalFigures(session: Session, { until, months }: Pick<SynthOptions, "until" | "months">): Promise<Figure[]> {
  const values = new Map<string, number | null>();
  for (const file of ["poverty", "assistance"])
    for (const { name, value } of await session.rows<{ name: string; value: number | null }>(reportSql(file), {
      start: addMonths(until, -months),
      until,
    }))
      values.set(name, value);
  const targets = readYaml(projectFile("src/synth/targets.yaml"), z.record(z.string(), Target));
  return Object.entries(targets).map(([name, target]) => {
    const value = values.get(name) ?? null;
    return { name, ...target, value, isMet: isWithin(value, target) };
  });
}

/** Each region's share of poor persons, to be within 2 points or 3 standard errors of the published one. */
async function regionalFigures(session: Session): Promise<Figure[]> {
  const rates = await session.rows<{ region: string; value: number; standard_error: number }>(reportSql("region"));
  const regions = await session.rows<{ region: string; name: string; published: number; basis: string }>(
    `select kato2 as region, name_en as name, poverty_default_pct::double as published, poverty_default_basis as basis
     from read_csv(${quoted(projectFile("data-samples/kazakhstan/regions.csv"))}, all_varchar = true) order by kato2`,
  );
  return regions.map(({ region, name, published, basis }): Figure => {
    const rate = rates.find((each) => each.region === region);
    const reach = Math.max(2, 3 * (rate?.standard_error ?? 0));
    const bounds = { target: published, least: published - reach, most: published + reach };
    return {
      name: `poor_persons_${region}`,
      ...bounds,
      unit: "%",
      basis: basis.startsWith("ASSUMPTION") ? "assumption" : "source",
      reference: basis,
      says: `persons truly poor in 2025Q3, ${name}`,
      value: rate?.value ?? null,
      isMet: isWithin(rate?.value ?? null, bounds),
    };
  });
}

function isWithin(value: number | null, { least, most }: Pick<Target, "least" | "most">): boolean | null {
  if (value === null || least === undefined || most === undefined) return null;
  return value >= least && value <= most;
}

function reportSql(name: string): string {
  return readFileSync(projectFile(`sql/synth/report/${name}.sql`), "utf8");
}

/** The figures as a table in plain text. */
export function describeFigures(figures: readonly Figure[]): string {
  const show = (value: number | null | undefined) =>
    value === null || value === undefined ? "-" : value.toLocaleString("en", { maximumFractionDigits: 2 });
  const rows = figures.map(({ isMet, says, target, least, most, value, unit, basis, reference }) =>
    [
      isMet === null ? " " : isMet ? "+" : "!",
      says.padEnd(76),
      show(target).padStart(9),
      (least === undefined ? "" : `${show(least)}..${show(most)}`).padStart(13),
      show(value).padStart(9),
      unit.padEnd(8),
      basis.padEnd(10),
      reference,
    ].join(" "),
  );
  const header = [
    "  ",
    "figure".padEnd(75),
    "target".padStart(9),
    "bounds".padStart(13),
    "value".padStart(9),
    "unit".padEnd(8),
    "basis",
  ].join(" ");
  return [header, ...rows].join("\n");
}
