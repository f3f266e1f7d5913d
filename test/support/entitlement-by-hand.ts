import { addDays, addMonths, monthStart, referenceQuarter } from "../../src/domain/dates.ts";
import { type ParameterSet, parameterAt } from "../../src/parameters/dated-values.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { entitlement, type Family, type Known, type Law, tsaConditions, tsaKind, type Verdict } from "./law-by-hand.ts";

/** What the second implementation says of a household. */
export interface ByHand {
  facts: Family;
  programmes: Record<string, Verdict>;
  tsaKind: "unconditional" | "conditional" | null;
  conditions: Record<string, Known>;
  receives: Record<string, boolean>;
}
/** A day, and what is the same for all households on it. */
interface Clock extends Cut {
  law: Law;
  coverage: (area: string) => Coverage;
  flood: (area: string) => Known;
  quarter: string;
  months: readonly string[];
}
interface Cut {
  asOf: string;
  snapshot: number;
  parameters: ParameterSet;
}
type Text = string | null;
type OfHousehold = (key: unknown) => Row[];
interface Registry {
  households: Row[];
  /** Every row that was ever recorded of a household itself. */
  recorded: OfHousehold;
  person: OfHousehold;
  /** Of the last months only. */
  income: OfHousehold;
  /** Months with income, of households that have no date of their own. */
  firstIncome: OfHousehold;
  asset: OfHousehold;
  benefit: OfHousehold;
  claims: Row[];
  lines: Row[];
  emergencies: Row[];
}

function remembered<T>(work: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, work(name));
    return known.get(name) as T;
  };
}
const rememberedPair = (work: (table: string, month: string) => boolean) => {
  const known = remembered((both) => work(...(both.split(" ") as [string, string])));
  return (table: string, month: string) => known(`${table} ${month}`);
};
const text = (value: unknown): Text => (value === null || value === undefined ? null : String(value));
const notAfter = (day: Text, other: string) => day === null || day < other;
const runs = (row: Row, asOf: string) => text(row.ended_on) === null || (row.ended_on as string) >= asOf;
const tsaKinds = ["tsa_unconditional", "tsa_conditional"];
const ownFault = ["measures_refused", "contract_broken", "false_data"];
/** Kinds of decisions that give a programme. */
const given: Record<string, readonly string[]> = {
  tsa: tsaKinds,
  child_supplement: ["child_supplement"],
  large_family_benefit: ["large_family"],
};

/** Entitlement of every household at a date, household by household with plain loops: an oracle for the SQL. Needs the reference tables. */
export async function entitlementByHand(session: Session, cut: Cut): Promise<Map<string, ByHand>> {
  const registry = await readRegistry(session, cut);
  const law: Law = remembered((name) => parameterAt(cut.parameters, name, cut.asOf));
  const coverage = remembered((area) => coverageOf(registry.claims, area, cut.asOf));
  const flood = remembered((area) => floodOf(registry.emergencies, area, cut.asOf, law("emergency_window_months"), coverage(area)));
  const quarter = referenceQuarter(cut.asOf, lagOf(registry.claims, "income"));
  const clock: Clock = { ...cut, law, coverage, flood, quarter, months: [0, 1, 2].map((index) => addMonths(quarter, index)) };
  const result = new Map<string, ByHand>();
  for (const home of registry.households) {
    const facts = familyOf(home, registry, clock);
    if (facts === null) continue;
    const grants = registry
      .benefit(home.household_key)
      .filter(
        (row) =>
          row.decision === "granted" &&
          notAfter(text(row.starts_on), addDays(cut.asOf, 1)) &&
          row.starts_on !== null &&
          !endsBefore(row, cut),
      );
    result.set(String(home.household_id), {
      facts,
      programmes: entitlement(facts, law),
      tsaKind: tsaKind(facts, law),
      conditions: tsaConditions(facts, law),
      receives: Object.fromEntries(
        Object.entries(given).map(([programme, kinds]) => [programme, grants.some((row) => kinds.includes(String(row.kind)))]),
      ),
    });
  }
  return result;
}

const endsBefore = (row: Row, { asOf }: Cut) => row.ends_on !== null && String(row.ends_on) < asOf;

async function readRegistry(session: Session, { asOf, snapshot }: Cut): Promise<Registry> {
  const read = async (table: string, columns: string, only = "") =>
    byHousehold(await session.rows(`select household_key, ${columns} from known_${table}($asOf, $snapshot) ${only}`, { asOf, snapshot }));
  return {
    households: await session.rows(
      `select i.household_id, h.household_key, area_code, members, formed_on, dissolved_on
       from known_household($asOf, $snapshot) as h join identity_household as i on i.household_key = h.household_key`,
      { asOf, snapshot },
    ),
    recorded: byHousehold(
      await session.rows("select household_key, recorded_at from household where recorded_at < $asOf::timestamp and load_id <= $snapshot", {
        asOf,
        snapshot,
      }),
    ),
    person: await read("person", "birth_date, sex, disability, employment, business, died_on"),
    income: await read("income", "month, kind, amount_lcu", "where month >= $asOf::date - interval 8 months"),
    firstIncome: await read("income", "month", "where household_key in (select household_key from household where formed_on is null)"),
    asset: await read("asset", "kind, quantity, area_m2, acquired_on, disposed_on"),
    benefit: await read("benefit", "kind, applied_on, decision, refusal_reason, starts_on, ends_on"),
    claims: await session.rows("select * from coverage where load_id <= $snapshot and name = ''", { snapshot }),
    lines: await session.rows("select region_code, quarter, subsistence_minimum_lcu, median_income_lcu from reference_line"),
    emergencies: await session.rows("select * from known_emergency($asOf, $snapshot) where kind = 'flood'", { asOf, snapshot }),
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
function familyOf(home: Row, registry: Registry, clock: Clock): Family | null {
  const { asOf, law } = clock;
  const [key, area] = [home.household_key, String(home.area_code)];
  const known = registry.person(key).filter((row) => notAfter(text(row.birth_date), asOf));
  const living = known.filter((row) => row.died_on === null || String(row.died_on) >= asOf);
  const count = known.length > 0 ? living.length : Number(home.members ?? 0);
  if (count === 0 || (home.dissolved_on !== null && String(home.dissolved_on) < asOf)) return null;
  const covered = clock.coverage(area);
  const decisions = registry.benefit(key).filter((row) => tsaKinds.includes(String(row.kind)) && row.decision === "refused");
  return {
    asOf,
    count,
    persons: known.length === 0 ? null : living.map((row) => personOf(row)),
    income: incomeOf(home, registry, clock),
    lineTiyn: lineOf(registry.lines, area, clock.quarter),
    holdings: registry
      .asset(key)
      .filter((row) => notAfter(text(row.acquired_on), asOf))
      .map((row) => ({
        kind: String(row.kind),
        quantity: row.quantity === null ? 1 : Number(row.quantity),
        areaM2: row.area_m2 === null ? null : Number(row.area_m2),
        disposedOn: text(row.disposed_on),
      })),
    areAssetsKnown: covered.anyOf("asset", 3),
    refusedOn: decisions.filter((row) => ownFault.includes(String(row.refusal_reason))).map((row) => String(row.applied_on)),
    areDecisionsKnown: covered.allOf("benefit", 6),
    hasFlood: clock.flood(area),
  };
}

const personOf = (row: Row) => ({
  birthDate: text(row.birth_date),
  sex: text(row.sex),
  disability: text(row.disability),
  employment: text(row.employment),
  business: text(row.business),
});

interface Coverage {
  isComplete(table: string, month: string): boolean;
  anyOf(table: string, months: number): boolean;
  allOf(table: string, months: number): boolean;
}

/** Which months of which registers are complete for a place; the last months are counted back from the register's own clock. */
function coverageOf(claims: Row[], area: string, asOf: string): Coverage {
  const isComplete = rememberedPair((table, month) =>
    claims.some(
      (claim) =>
        claim.table_name === table &&
        claim.by_row !== true &&
        area.startsWith(String(claim.area_prefix)) &&
        month >= String(claim.month_from) &&
        month < String(claim.month_until) &&
        addDays(addMonths(month, 1), -1) <= String(claim.complete_through) &&
        addDays(addMonths(month, 1), Number(claim.publication_lag_days)) <= asOf,
    ),
  );
  const lastYear = remembered((table) => {
    const until = monthStart(addDays(asOf, -lagOf(claims, table)));
    return Array.from({ length: 12 }, (_, index) => addMonths(until, -(index + 1)));
  });
  const last = (table: string, months: number) => lastYear(table).slice(0, months);
  return {
    isComplete,
    anyOf: (table, months) => last(table, months).some((month) => isComplete(table, month)),
    allOf: (table, months) => last(table, months).every((month) => isComplete(table, month)),
  };
}

const lagOf = (claims: Row[], table: string) =>
  Math.max(0, ...claims.filter((claim) => claim.table_name === table).map((claim) => Number(claim.publication_lag_days)));

/** Income of the last quarter that is published; observed only if the register was complete and the family lived as one from its first day. */
function incomeOf(home: Row, registry: Registry, { law, quarter, months, coverage }: Clock): { lcu: number; months: number } | null {
  const seen = [
    ...registry.recorded(home.household_key).map((row) => String(row.recorded_at).slice(0, 10)),
    ...registry.firstIncome(home.household_key).map((row) => String(row.month)),
  ];
  const since = text(home.formed_on) ?? (seen.sort()[0] as string);
  const covered = coverage(String(home.area_code));
  if (quarter < since || !months.every((month) => covered.isComplete("income", month))) return null;
  const lcu = registry
    .income(home.household_key)
    .filter((row) => months.includes(String(row.month)) && law(`income_counts_${row.kind}`) === 1)
    .reduce((total, row) => total + Number(row.amount_lcu), 0);
  return { lcu, months: 3 };
}

/** The line in hundredths of a tenge: the larger of the shares of the quarter's figures, by the law of the quarter that follows. */
function lineOf(lines: Row[], area: string, quarter: string): number {
  const region = `${area.slice(0, 2)}0000000`;
  const figures = lines.find((row) => row.quarter === quarter && row.region_code === region);
  if (figures === undefined) throw new Error(`no figures of ${region} in ${quarter}`);
  const minimum = Number(figures.subsistence_minimum_lcu) * 70;
  return addMonths(quarter, 3) < "2025-01-01" ? minimum : Math.max(minimum, Number(figures.median_income_lcu) * 35);
}

function floodOf(emergencies: Row[], area: string, asOf: string, windowMonths: number, covered: Coverage): Known {
  const above = [2, 4, 6, 9].map((digits) => area.slice(0, digits).padEnd(9, "0"));
  const since = addMonths(asOf, -windowMonths);
  const isStruck = emergencies.some((row) => above.includes(String(row.area_code)) && String(row.started_on) < asOf && runs(row, since));
  return isStruck ? "yes" : covered.allOf("emergency", windowMonths) ? "no" : "unknown";
}
