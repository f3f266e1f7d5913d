import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { projectFile } from "../../src/domain/project-files.ts";
import { parameterAt, readParameters } from "../../src/parameters/dated-values.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { createReferenceTables } from "../../src/parameters/reference-tables.ts";
import { readYaml } from "../../src/parameters/yaml-file.ts";
import { openKnown } from "../../src/warehouse/warehouse.ts";
import { entitlementByHand } from "./entitlement-by-hand.ts";
import { entitlementBySql, levelsBySql } from "./entitlement-by-sql.ts";
import { type CountedLevel, levelsByHand } from "./level-by-hand.ts";
import { pseudonym, type TestRow, writeRegistry } from "./registry.ts";
import { Member } from "./worked-cases.ts";

const pair = z.tuple([z.number().int(), z.number().int()]);
const LevelCase = z.strictObject({
  id: z.string(),
  title: z.string(),
  settlement: z.string(),
  not_covered: z.array(z.string()).default([]),
  members: z.array(Member).min(1),
  income: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  assets: z
    .array(
      z.strictObject({ kind: z.string(), quantity: z.number().default(1), area_m2: z.number().optional(), value: z.number().optional() }),
    )
    .default([]),
  loans: z
    .array(
      z.strictObject({
        of: z.string().optional(),
        payment: z.number().default(0),
        days: z.number().default(0),
        overdue: z.number().default(0),
      }),
    )
    .default([]),
  health: z
    .array(
      z.strictObject({
        of: z.string(),
        clinic: z.boolean().default(true),
        insured: z.boolean().default(true),
        chronic: z.boolean().default(false),
        dispensary: z.boolean().default(false),
      }),
    )
    .default([]),
  pupils: z.array(z.string()).default([]),
  arithmetic: z.string(),
  expected: z.strictObject({ level: z.array(z.string()).min(1), points: pair }),
});
/** A family on a day, the level that the scale gives it, and the arithmetic in words. */
export type LevelCase = z.output<typeof LevelCase>;

export const levelCases: readonly LevelCase[] = readYaml(
  projectFile("test/worked-cases/levels.yaml"),
  z.strictObject({ cases: z.array(LevelCase).min(1) }),
).cases;

const asOf = "2026-08-20";
const before = "2015-01-01";
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const registers = ["person", "income", "asset", "benefit", "emergency", "employment_measure", "credit", "health", "schooling"];

/** What both implementations say of each case, by its id. */
export async function evaluateLevelCases(): Promise<Map<string, Record<"hand" | "product", CountedLevel>>> {
  const result = new Map<string, Record<"hand" | "product", CountedLevel>>();
  for (const missing of new Set(levelCases.map(({ not_covered }) => not_covered.join())))
    for (const [id, verdict] of await evaluate(levelCases.filter(({ not_covered }) => not_covered.join() === missing)))
      result.set(id, verdict);
  return result;
}

async function evaluate(group: readonly LevelCase[]) {
  const root = mkdtempSync(join(tmpdir(), "aldyn-test-"));
  const notCovered = group[0]?.not_covered ?? [];
  const coverage = registers
    .filter((table) => !notCovered.includes(table))
    .map((table) => ({ table, from: "2015-01-01", until: "2027-01-01" }));
  try {
    const session = await openKnown(await writeRegistry(join(root, "var"), registryOf(group), coverage), { threads: 1 });
    try {
      await createReferenceTables(session, deployment, asOf);
      const cut = { asOf, snapshot: 1 };
      const parameters = readParameters(deployment.parameters);
      const families = await entitlementByHand(session, { ...cut, parameters });
      await entitlementBySql(session, deployment, cut);
      const quarter = "2026-04-01";
      const hand = await levelsByHand(session, { ...cut, quarter, inForce: (name) => parameterAt(parameters, name, asOf) }, families);
      const product = await levelsBySql(session, deployment, asOf, quarter);
      return group.map(({ id }) => {
        const [byHand, bySql] = [hand.get(pseudonym(id)), product.get(pseudonym(id))];
        if (byHand === undefined || bySql === undefined) throw new Error(`${id} is no household of ${asOf}`);
        return [id, { hand: byHand, product: bySql }] as const;
      });
    } finally {
      session.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const unknownAsNull = (value: string | undefined, absent: string | null) => (value === "unknown" ? null : (value ?? absent));

function registryOf(group: readonly LevelCase[]): Record<string, TestRow[]> {
  const id = (one: LevelCase, who: string) => `${one.id} ${who}`;
  const recorded = { recorded_at: before };
  return {
    household: group.map((one) => ({
      ...{ household_id: one.id, area_code: "711210000", settlement: one.settlement, formed_on: "2010-01-01", ...recorded },
      members: one.members.length,
    })),
    person: group.flatMap((one) =>
      one.members.map(({ who, born, sex, employment, disability, business }) => ({
        ...{ household_id: one.id, person_id: id(one, who), birth_date: born, sex: unknownAsNull(sex, null) },
        employment: unknownAsNull(employment, null),
        disability: unknownAsNull(disability, "none"),
        business: unknownAsNull(business, "none"),
        recorded_at: born > before ? born : before,
      })),
    ),
    income: group.flatMap((one) =>
      one.income.map((amount_lcu, index) => ({
        ...{ household_id: one.id, person_id: null, month: `2026-0${4 + index}-01`, kind: "wage", amount_lcu },
        recorded_at: `2026-0${4 + index}-27`,
      })),
    ),
    asset: group.flatMap((one) =>
      one.assets.map(({ kind, quantity, area_m2 = null, value = null }, index) => ({
        ...{
          household_id: one.id,
          asset_id: String(index),
          kind,
          quantity,
          area_m2,
          value_lcu: value,
          acquired_on: before,
          disposed_on: null,
        },
        ...recorded,
      })),
    ),
    credit: group.flatMap((one) =>
      one.loans.map(({ of, payment, days, overdue }) => ({
        ...{ household_id: one.id, person_id: of === undefined ? null : id(one, of), month: "2026-07-01" },
        ...{ loan_payment_lcu: payment, mortgage_payment_lcu: 0, overdue_days: days, overdue_lcu: overdue },
        recorded_at: "2026-08-01",
      })),
    ),
    health: group.flatMap((one) =>
      one.health.map(({ of, clinic, insured, chronic, dispensary }) => ({
        ...{ person_id: id(one, of), attached_to_clinic: clinic, insured, chronic, dispensary, ...recorded },
      })),
    ),
    schooling: group.flatMap((one) =>
      one.pupils.flatMap((who) =>
        ["03", "04", "05"].map((month) => ({
          ...{ person_id: id(one, who), month: `2026-${month}-01`, enrolled: true, recorded_at: "2026-06-10" },
        })),
      ),
    ),
  };
}

const sum = (value: number) => value.toLocaleString("en-US");
const between = ([least, most]: [number, number]) => (least === most ? sum(least) : `${sum(least)} to ${sum(most)}`);

function givenWords({ settlement, not_covered, members, income, assets, loans, health, pupils }: LevelCase): string {
  return [
    settlement.replaceAll("_", " "),
    ...(not_covered.length === 0 ? [] : [`no register of: ${not_covered.join(", ")}`]),
    `members: ${members.map(({ who, born, employment, disability, business }) => [who, born, employment, disability && `disability ${disability}`, business].filter(Boolean).join(" ")).join("; ")}`,
    `income: ${income.map(sum).join(", ")}`,
    ...assets.map(({ kind, quantity, area_m2, value }) =>
      [`${quantity} ${kind.replaceAll("_", " ")}`, area_m2 && `${area_m2} m2`, value && `${sum(value)} tenge`].filter(Boolean).join(", "),
    ),
    ...loans.map(
      ({ of, payment, days, overdue }) =>
        `loan of ${of ?? "nobody in particular"}: payment ${sum(payment)}, ${sum(overdue)} overdue for ${days} days`,
    ),
    ...health.map(
      ({ of, clinic, insured, chronic, dispensary }) =>
        `health of ${of}: ${[!clinic && "no clinic", !insured && "not insured", chronic && "chronic disease", dispensary && "dispensary register"].filter(Boolean).join(", ")}`,
    ),
    ...(pupils.length === 0 ? [] : [`at school: ${pupils.join(", ")}`]),
  ].join("<br>");
}

/** The cases as a table that a jurist can read. */
export function levelCasesDocument(): string {
  const rows = levelCases.map((one) => {
    const { level, points } = one.expected;
    const expected = `**${level.length === 1 ? level[0] : `between ${level.at(-1)} and ${level[0]}`}**, ${between(points)} points`;
    return `| **${one.title}**<br>\`${one.id}\` | ${givenWords(one)} | ${expected} | ${one.arithmetic} |`;
  });
  return `## The Map's level by its unofficial scale

Made from \`test/worked-cases/levels.yaml\`: ${levelCases.length} further cases. Astana on 2026-08-20 (2026Q2: minimum 65,753). The points are those of an unofficial copy of order 267.

| case | given | expected | arithmetic |
|---|---|---|---|
${rows.join("\n")}
`;
}
