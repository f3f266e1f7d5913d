import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFile } from "../../src/domain/project-files.ts";
import { readParameters } from "../../src/parameters/dated-values.ts";
import { type Deployment, readDeployment } from "../../src/parameters/deployment.ts";
import { createReferenceTables } from "../../src/parameters/reference-tables.ts";
import { openKnown } from "../../src/warehouse/warehouse.ts";
import { entitlementByHand, type Judged } from "./entitlement-by-hand.ts";
import { entitlementBySql } from "./entitlement-by-sql.ts";
import { pseudonym, type TestCoverage, type TestRow, writeRegistry } from "./registry.ts";
import { registryOf, type WorkedCase } from "./worked-cases.ts";

const registers = ["person", "income", "asset", "benefit", "emergency", "employment_measure"];

export type Evaluated = Record<"hand" | "product", Judged>;

/** What both implementations say of each case, by its id. Cases that can share a registry do. */
export async function evaluateCases(cases: readonly WorkedCase[], places: Record<string, string>): Promise<Map<string, Evaluated>> {
  const groups = new Map<string, WorkedCase[]>();
  for (const one of cases) {
    const shared = JSON.stringify([one.as_of, one.place, one.figures, one.not_covered, one.income_published_after_days, one.emergencies]);
    groups.set(shared, [...(groups.get(shared) ?? []), one]);
  }
  const result = new Map<string, Evaluated>();
  for (const group of groups.values()) for (const [id, verdict] of await evaluateGroup(group, places)) result.set(id, verdict);
  return result;
}

async function evaluateGroup(group: readonly WorkedCase[], places: Record<string, string>) {
  const [first] = group as [WorkedCase, ...WorkedCase[]];
  const root = mkdtempSync(join(tmpdir(), "aldyn-test-"));
  try {
    const deployment = deploymentWith(first, root, places);
    const session = await openKnown(await writeRegistry(join(root, "var"), together(group, places), coverageOf(first)), { threads: 1 });
    try {
      await createReferenceTables(session, deployment, first.as_of);
      const cut = { asOf: first.as_of, snapshot: 1 };
      const hand = await entitlementByHand(session, { ...cut, parameters: readParameters(deployment.parameters) });
      const product = await entitlementBySql(session, deployment, cut);
      return group.map(({ id }) => {
        const [byHand, bySql] = [hand.get(pseudonym(id)), product.get(pseudonym(id))];
        if (byHand === undefined || bySql === undefined) throw new Error(`${id} is no household of ${cut.asOf}`);
        return [id, { hand: byHand.judged, product: bySql }] as const;
      });
    } finally {
      session.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The project's deployment with the quarter that the case names. */
function deploymentWith({ figures, place }: WorkedCase, root: string, places: Record<string, string>): Deployment {
  const quarters = join(root, "quarters.csv");
  writeFileSync(
    quarters,
    `quarter,kato2,subsistence_minimum_lcu,median_income_lcu\n${figures.quarter},${places[place]?.slice(0, 2)},${figures.subsistence_minimum},${figures.median_income}\n`,
  );
  return { ...readDeployment(projectFile("models/deployment.yaml")), quarters };
}

function coverageOf(one: WorkedCase): TestCoverage[] {
  const lagDays = one.income_published_after_days;
  return registers
    .filter((table) => !one.not_covered.includes(table))
    .map((table) => ({ table, from: "2015-01-01", until: "2027-01-01", ...(table === "income" ? { lagDays } : {}) }));
}

function together(group: readonly WorkedCase[], places: Record<string, string>): Record<string, TestRow[]> {
  const tables: Record<string, TestRow[]> = {};
  for (const one of group)
    for (const [table, rows] of Object.entries(registryOf(one, places[one.place] as string)))
      tables[table] = table === "emergency" && tables[table] ? tables[table] : [...(tables[table] ?? []), ...rows];
  return tables;
}
