import { addMonths, referenceQuarter } from "../../src/domain/dates.ts";
import { type ParameterSet, parameterAt } from "../../src/parameters/dated-values.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { type Coverage, coverageOn, lagOf, lastMonths, remembered } from "./coverage-by-hand.ts";
import { duties, entitlement, type Family, type Known, type Law, tsaConditions, tsaKind, type Verdict } from "./law-by-hand.ts";

/** What an implementation says of a household. */
export interface Judged {
  programmes: Record<string, Verdict>;
  tsaKind: "unconditional" | "conditional" | null;
  /** What a contract asks of each member, by person id. */
  duties: Record<string, string | null>;
  /** Of TSA. */
  conditions: Record<string, Known>;
  receives: Record<string, Known>;
}
export interface JudgedFamily {
  family: Family;
  judged: Judged;
}
interface Cut {
  asOf: string;
  snapshot: number;
  parameters: ParameterSet;
  /** Percent of the subsistence minimum that the line takes where a change of the law is asked about; 70 in law. */
  minimumPercent?: number;
}
/** A day, and what is the same for all households on it. */
interface Day {
  asOf: string;
  law: Law;
  coverage: (area: string) => Coverage;
  flood: (area: string) => Known;
  line: (area: string) => number;
  quarter: string;
  months: readonly string[];
  halfYearOfBenefits: readonly string[];
  lastOfAssets: readonly string[];
}
type Registry = Awaited<ReturnType<typeof readRegistry>>;

const tsaKinds = ["tsa_unconditional", "tsa_conditional"];
const ownFault = ["measures_refused", "contract_broken", "false_data"];
/** Kinds of applications that give a programme; no register has the others. */
const given: Record<string, readonly string[]> = {
  tsa: tsaKinds,
  child_supplement: ["child_supplement"],
  large_family_benefit: ["large_family"],
};
const day = (value: unknown) => (value === null || value === undefined ? null : String(value));
const isUnset = (value: unknown) => value === null || value === undefined;
/** Unknown, or on the day or later. */
const lasts = (value: unknown, asOf: string) => isUnset(value) || String(value) >= asOf;
/** Unknown, or before the day. */
const begun = (value: unknown, asOf: string) => isUnset(value) || String(value) < asOf;

/** Entitlement of every household at a date, household by household with plain loops: an oracle for the SQL. By household id. Needs `reference_line`. */
export async function entitlementByHand(session: Session, cut: Cut): Promise<Map<string, JudgedFamily>> {
  const { asOf } = cut;
  const claims = await session.rows("select * from coverage where load_id <= $snapshot and name = ''", { snapshot: cut.snapshot });
  const quarter = referenceQuarter(asOf, lagOf(claims, "income"));
  const registry = await readRegistry(session, asOf, cut.snapshot, quarter);
  const law: Law = remembered((name) => parameterAt(cut.parameters, name, asOf));
  const coverage = coverageOn(claims, asOf);
  const floodMonths = lastMonths(claims, "emergency", asOf, law("emergency_window_months"));
  const on: Day = {
    asOf,
    law,
    coverage,
    quarter,
    months: [0, 1, 2].map((index) => addMonths(quarter, index)),
    halfYearOfBenefits: lastMonths(claims, "benefit", asOf, 6),
    lastOfAssets: lastMonths(claims, "asset", asOf, 3),
    flood: remembered((area) => floodOf(registry.floods, area, asOf, coverage(area).allOf("emergency", floodMonths))),
    line: remembered((area) => lineOf(registry.lines, area, quarter, cut.minimumPercent ?? 70)),
  };
  const result = new Map<string, JudgedFamily>();
  for (const home of registry.households) {
    const family = familyOf(home, registry, on);
    if (family !== null) result.set(String(home.household_id), { family, judged: judge(family, home, registry, on) });
  }
  return result;
}

function judge(family: Family, home: Row, registry: Registry, { asOf, law, coverage, halfYearOfBenefits }: Day): Judged {
  const programmes = entitlement(family, law);
  const running = registry
    .benefit(home.household_key)
    .filter((row) => row.decision === "granted" && row.starts_on !== null && String(row.starts_on) <= asOf && lasts(row.ends_on, asOf))
    .map((row) => String(row.kind));
  const isKnown = coverage(String(home.area_code)).anyOf("benefit", halfYearOfBenefits.slice(0, 3));
  const receives = (programme: string): Known =>
    given[programme]?.some((kind) => running.includes(kind)) ? "yes" : given[programme] !== undefined && isKnown ? "no" : "unknown";
  return {
    programmes,
    tsaKind: tsaKind(family, law),
    duties: duties(family, law),
    conditions: tsaConditions(family, law),
    receives: Object.fromEntries(Object.keys(programmes).map((programme) => [programme, receives(programme)])),
  };
}

async function readRegistry(session: Session, asOf: string, snapshot: number, quarter: string) {
  const read = async (table: string, columns: string, only = "") =>
    byHousehold(
      await session.rows(`select household_key, ${columns} from known_${table}($asOf, $snapshot) ${only}`, { asOf, snapshot, quarter }),
    );
  return {
    households: await session.rows(
      `select i.household_id, h.household_key, area_code, members, formed_on, dissolved_on
       from known_household($asOf, $snapshot) as h join identity_household as i on i.household_key = h.household_key`,
      { asOf, snapshot },
    ),
    /** Every row that was ever recorded of a household itself. */
    recorded: byHousehold(
      await session.rows("select household_key, recorded_at from household where recorded_at < $asOf::timestamp and load_id <= $snapshot", {
        asOf,
        snapshot,
      }),
    ),
    persons: new Map(
      (await session.rows("select person_key, person_id from identity_person")).map((row) => [row.person_key, row.person_id]),
    ),
    inMeasure: new Set(
      (await session.rows("select person_key, started_on, ended_on from known_employment_measure($asOf, $snapshot)", { asOf, snapshot }))
        .filter((row) => String(row.started_on) <= asOf && lasts(row.ended_on, asOf))
        .map((row) => row.person_key),
    ),
    person: await read("person", "person_key, birth_date, sex, disability, employment, business, died_on"),
    income: await read("income", "month, kind, amount_lcu", "where month >= $quarter::date and month < $quarter::date + interval 3 months"),
    /** Months with income of households that have no date of their own. */
    firstIncome: await read("income", "month", "where household_key in (select household_key from household where formed_on is null)"),
    asset: await read("asset", "kind, quantity, area_m2, acquired_on, disposed_on"),
    benefit: await read("benefit", "kind, applied_on, decision, refusal_reason, starts_on, ends_on"),
    lines: await session.rows("select region_code, quarter, subsistence_minimum_lcu, median_income_lcu from reference_line"),
    floods: await session.rows("select area_code, started_on, ended_on from known_emergency($asOf, $snapshot) where kind = 'flood'", {
      asOf,
      snapshot,
    }),
  };
}

function byHousehold(rows: Row[]): (key: unknown) => Row[] {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.household_key);
    if (group === undefined) groups.set(row.household_key, [row]);
    else group.push(row);
  }
  return (key) => groups.get(key) ?? [];
}

/** Null for a household that does not live on the day. */
function familyOf(home: Row, registry: Registry, on: Day): Family | null {
  const { asOf } = on;
  const [key, area] = [home.household_key, String(home.area_code)];
  const known = registry.person(key).filter((row) => begun(row.birth_date, asOf));
  const living = known.filter((row) => lasts(row.died_on, asOf));
  const count = known.length > 0 ? living.length : Number(home.members ?? 0);
  if (count === 0 || !lasts(home.dissolved_on, asOf)) return null;
  const refused = registry.benefit(key).filter((row) => tsaKinds.includes(String(row.kind)) && row.decision === "refused");
  return {
    asOf,
    count,
    persons: known.length === 0 ? null : living.map((row) => personOf(row, registry)),
    income: incomeOf(home, registry, on),
    lineTiyn: on.line(area),
    holdings: registry
      .asset(key)
      .filter((row) => begun(row.acquired_on, asOf))
      .map((row) => ({
        kind: String(row.kind),
        quantity: row.quantity === null ? 1 : Number(row.quantity),
        areaM2: row.area_m2 === null ? null : Number(row.area_m2),
        disposedOn: day(row.disposed_on),
      })),
    areAssetsKnown: on.coverage(area).anyOf("asset", on.lastOfAssets),
    refusedOn: refused.filter((row) => ownFault.includes(String(row.refusal_reason))).map((row) => String(row.applied_on)),
    areDecisionsKnown: on.coverage(area).allOf("benefit", on.halfYearOfBenefits),
    hasFlood: on.flood(area),
  };
}

const personOf = (row: Row, registry: Registry) => ({
  id: String(registry.persons.get(row.person_key)),
  isInMeasure: registry.inMeasure.has(row.person_key),
  birthDate: day(row.birth_date),
  sex: day(row.sex),
  disability: day(row.disability),
  employment: day(row.employment),
  business: day(row.business),
});

/** Income of the last quarter that is published; observed only if the register was complete and the family lived as one from its first day. */
function incomeOf(home: Row, registry: Registry, { law, quarter, months, coverage }: Day): number | null {
  const seen = [
    ...registry.recorded(home.household_key).map((row) => String(row.recorded_at).slice(0, 10)),
    ...registry.firstIncome(home.household_key).map((row) => String(row.month)),
  ];
  const since = day(home.formed_on) ?? (seen.sort()[0] as string);
  if (quarter < since || !coverage(String(home.area_code)).allOf("income", months)) return null;
  return registry
    .income(home.household_key)
    .filter((row) => law(`income_counts_${row.kind}`) === 1)
    .reduce((total, row) => total + Number(row.amount_lcu), 0);
}

/** The line in hundredths of a tenge: the larger of the shares of the quarter's figures, by the law of the quarter that follows. */
function lineOf(lines: Row[], area: string, quarter: string, minimumPercent: number): number {
  const region = `${area.slice(0, 2)}0000000`;
  const figures = lines.find((row) => row.quarter === quarter && row.region_code === region);
  if (figures === undefined) throw new Error(`no figures of ${region} in ${quarter}`);
  const minimum = Number(figures.subsistence_minimum_lcu) * minimumPercent;
  return addMonths(quarter, 3) < "2025-01-01" ? minimum : Math.max(minimum, Number(figures.median_income_lcu) * 35);
}

function floodOf(floods: Row[], area: string, asOf: string, isComplete: boolean): Known {
  const above = [2, 4, 6, 9].map((digits) => area.slice(0, digits).padEnd(9, "0"));
  const since = addMonths(asOf, -6);
  const isStruck = floods.some(
    (row) => above.includes(String(row.area_code)) && String(row.started_on) < asOf && lasts(row.ended_on, since),
  );
  return isStruck ? "yes" : isComplete ? "no" : "unknown";
}
