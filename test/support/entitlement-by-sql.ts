import { entitlementSelect } from "../../src/entitlement/compile.ts";
import { createFacts, factParameters } from "../../src/entitlement/facts.ts";
import { frameOf } from "../../src/entitlement/frame.ts";
import { isOn } from "../../src/entitlement/judging.ts";
import { addLevelFacts, createLevelContext } from "../../src/entitlement/level/facts.ts";
import { criterionColumns, levelSelect } from "../../src/entitlement/level/select.ts";
import type { Deployment } from "../../src/parameters/deployment.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import type { Judged } from "./entitlement-by-hand.ts";
import type { Known } from "./law-by-hand.ts";
import type { CountedLevel } from "./level-by-hand.ts";

const word = (value: unknown): Known => (value === true ? "yes" : value === false ? "no" : "unknown");

/** What the product says of every household, in the words of the second implementation. By household id. Needs the reference tables. */
export async function entitlementBySql(
  session: Session,
  deployment: Deployment,
  cut: { asOf: string; snapshot: number },
): Promise<Map<string, Judged>> {
  const { incomeQuarter } = await createFacts(session, cut);
  const frame = await frameOf(session, deployment, cut.asOf, incomeQuarter);
  if (frame.scale !== undefined) await addLevelFacts(session, cut, await createLevelContext(session, await factParameters(session, cut)));
  const rows = await session.rows(entitlementSelect(frame, frame, "entitlement_family"));
  const members = await session.rows(
    "select f.household_id, m.person_id, m.activation from entitlement_member as m join entitlement_family as f on f.household_key = m.household_key",
  );
  const duties = new Map<string, Judged["duties"]>();
  for (const { household_id, person_id, activation } of members) {
    const ofFamily = duties.get(String(household_id)) ?? {};
    ofFamily[String(person_id)] = activation as string | null;
    duties.set(String(household_id), ofFamily);
  }
  const tsa = frame.programmes.find(({ code }) => code === "tsa");
  const counting = (tsa?.conditions ?? []).filter((condition) => isOn(condition, frame)).map(({ id }) => id);
  return new Map(rows.map((row) => [String(row.household_id), judgedOf(row, counting, duties.get(String(row.household_id)) ?? {})]));
}

function judgedOf(row: Row, conditions: readonly string[], duties: Judged["duties"]): Judged {
  const programmes: Judged["programmes"] = {};
  const receives: Judged["receives"] = {};
  for (const [column, value] of Object.entries(row)) {
    const [, programme, what] = column.match(/^(\w+)_(state|receives)$/) ?? [];
    if (what === "state")
      programmes[programme as string] = {
        state: value as Judged["programmes"][string]["state"],
        amount: row[`${programme}_amount_lcu`] as number | null,
      };
    if (what === "receives") receives[programme as string] = word(value);
  }
  return {
    programmes,
    receives,
    duties,
    conditions: Object.fromEntries(conditions.map((id) => [id, word(row[`tsa_${id}_met`])])),
    tsaKind: row.tsa_kind as Judged["tsaKind"],
  };
}

/** The level that the product counts of every household, in the words of the second implementation; after `entitlementBySql`, whose facts it reads. */
export async function levelsBySql(
  session: Session,
  deployment: Deployment,
  asOf: string,
  incomeQuarter: string,
): Promise<Map<string, CountedLevel>> {
  const frame = await frameOf(session, deployment, asOf, incomeQuarter);
  const { scale } = frame;
  if (scale === undefined) throw new Error("the deployment has no scale of levels");
  const select = levelSelect(scale, frame.terms, frame, "entitlement_family", "household_id, published_level");
  const rows = await session.rows(select);
  return new Map(
    rows.map((row) => {
      const points = scale.criteria.map(({ id }) => {
        const { least, most } = criterionColumns(id);
        return [id, [row[least] as number, row[most] as number] as [number, number]] as const;
      });
      const levels = scale.levels.map(({ level }) => level as string);
      const possible = levels.slice(levels.indexOf(String(row.level_best)), levels.indexOf(String(row.level_worst)) + 1);
      const isOne = row.level === (possible.length === 1 ? possible[0] : null);
      return [
        String(row.household_id),
        {
          points: Object.fromEntries(points),
          sum: [row.level_points_least as number, row.level_points_most as number],
          levels: isOne ? possible : ["the level is not that of its bounds"],
          published: row.published_level as string | null,
        },
      ];
    }),
  );
}
