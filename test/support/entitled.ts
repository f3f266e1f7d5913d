import { projectFile } from "../../src/domain/project-files.ts";
import { entitlementSelect } from "../../src/entitlement/compile.ts";
import { createFacts } from "../../src/entitlement/facts.ts";
import { type Frame, frameOf } from "../../src/entitlement/frame.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { createReferenceTables } from "../../src/parameters/reference-tables.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { asOf, byName, inRegistry, type World } from "./features.ts";

const deployment = readDeployment(projectFile("models/deployment.yaml"));

/** A poverty line of 42,000 a member everywhere: the subsistence minimum is 60,000, the median income 100,000. */
export async function plainLine(session: Session): Promise<void> {
  await session.script(`create or replace temp table reference_line as
    select '' as region_code, quarter::date as quarter, 60000::decimal(18, 2) as subsistence_minimum_lcu,
      100000::decimal(18, 2) as median_income_lcu, 42000::decimal(18, 2) as poverty_line_lcu
    from generate_series(date '2018-01-01', date '2027-10-01', interval 3 months) as t(quarter)`);
}

/** Facts and judgement of a literal registry by the short names of its households, by the shipped law and a plain line. */
export function entitled(world: World, { day = asOf, change = (frame: Frame) => frame } = {}): Promise<Record<string, Row>> {
  return inRegistry(world, async (session) => {
    await createReferenceTables(session, deployment, day);
    await plainLine(session);
    await world.prepare?.(session);
    const { incomeQuarter } = await createFacts(session, { asOf: day, snapshot: 100 });
    const frame = change(await frameOf(session, deployment, day, incomeQuarter));
    const select = entitlementSelect(frame, frame, "entitlement_family", "* exclude (tsa_kind)");
    return byName(world.tables, await session.rows(`${select} order by household_id`));
  });
}
