import { UserError } from "../domain/errors.ts";
import { columnsOf, entitlementSelect } from "../entitlement/compile.ts";
import type { Frame } from "../entitlement/frame.ts";
import { isOn, judgingOf } from "../entitlement/judging.ts";
import { conditionsOf, type Programme, readProgrammes } from "../entitlement/programme.ts";
import { readParameters } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type Facts, simulationFacts } from "./facts.ts";

/** Units of currency a month by which each family's income is raised to see how much of it would be taken back. */
export const incomeStep = 10_000;

/** The programmes and values of a deployment on the day of the facts. */
export async function frameAt(session: Session, deployment: Deployment, { cut, incomeQuarter }: Facts): Promise<Frame> {
  const parameters = readParameters(deployment.parameters);
  const set = await readProgrammes(session, listingFiles(deployment).programmes, parameters, simulationFacts);
  return {
    ...set,
    ...judgingOf(parameters, cut.asOf, incomeQuarter),
    currency: deployment.currency,
    income_quarter: incomeQuarter,
    complete_through: {},
  };
}

/** What is compared: two frames, each with the facts by which it judges. */
export interface Sides {
  today: { frame: Frame; facts: Facts };
  changed: { frame: Frame; facts: Facts };
}

/** Codes of the programmes in force on either side, in order. */
export function codesOf({ today, changed }: Sides): string[] {
  const inForce = [today.frame, changed.frame].flatMap((frame) => frame.programmes.filter((each) => isOn(each, frame)));
  return [...new Set(inForce.map(({ code }) => code))].sort();
}

/** Groups of households, each a yes or no of the facts. */
export const groups = ["is_rural", "in_large_family", "is_single_parent", "has_disability", "has_elderly", "has_children"] as const;

/** Columns of `simulated` of a programme: whether it may be given (NULL: not known), and its sum. `t` is today, `c` changed. */
export const sideColumns = (side: "t" | "c", code: string) => ({ reached: `${side}_${code}`, amount: `${side}_${code}_lcu` });

const draw = 2 ** 32;

/** Which households a sample holds: by a hash of the id, so that the same share is the same households. */
function drawnBy(share: number): string {
  return share >= 1 ? "" : ` where md5_number_lower(household_id) >> 32 < ${Math.round(share * draw)}`;
}

/**
 * Leaves the temp table `simulated`: of each household (of the sample) its groups and members; by today's rules `income_3` and `line_3`, the
 * counted income and the line of its members over the quarter, and `minimum_3`; each programme's `sideColumns`; `before_3`, its income less registered
 * benefits that a programme here pays; `t_month` and `c_month`, monthly sums of programmes; `t_step` and `c_step`, the same with the family's
 * income raised by a step. Returns the number of households that live on the day, sampled or not.
 */
export async function simulate(session: Session, sides: Sides, share: number): Promise<number> {
  const { today, changed } = sides;
  for (const name of ["income_lcu", "poverty_line_lcu"])
    if (!today.frame.terms.some((term) => term.name === name))
      throw new UserError("bad_programmes", `a simulation needs the term ${name}: write it into the programmes' terms.yaml`);
  const read = ({ directory }: Facts) => `read_parquet(${quoted(`${directory}/*.parquet`)})`;
  const facts = `(select * from ${read(today.facts)}${drawnBy(share)})`;
  const columns = await session.rows<{ column_name: string }>(`describe select * exclude (tsa_kind) from ${facts}`);
  const own = columns.map(({ column_name }) => identifier(column_name)).join(", ");
  const step = 3 * incomeStep;
  const raised = (relation: string, by: string) => `(select * replace (wage_lcu ${by} as wage_lcu) from ${relation})`;
  const first = layer(today.frame, facts, own, { t: "t", terms: true });
  const second = layer(today.frame, raised(`(${first.sql})`, `+ ${step}`), `${own}, ${first.names}`, { t: "t_step" });
  const known = `${first.names}, ${second.names}`;
  const onChanged =
    today.facts.hash === changed.facts.hash
      ? raised(`(${second.sql})`, `- ${step}`)
      : `(select f.*, ${known} from ${read(changed.facts)} as f join (${second.sql}) as s on s.household_id = f.household_id)`;
  const third = layer(changed.frame, onChanged, `${own}, ${known}`, { t: "c" });
  const fourth = layer(changed.frame, raised(`(${third.sql})`, `+ ${step}`), `${own}, ${known}, ${third.names}`, { t: "c_step" });
  const all = `${known}, ${third.names}, ${fourth.names}`;
  await session.script(`
    create or replace temp table simulated as
    select household_id, region, coalesce(left(district_code, 4), region) as district, ${groups.join(", ")}, members, (subsistence_minimum_lcu * members * 3)::decimal(18, 2) as minimum_3,
      ${all}, ${beforeSql(today.frame)} as before_3
    from (${fourth.sql})`);
  return session.value<number>(`select count(*)::integer from ${read(today.facts)}`);
}

/** One more evaluation around a relation of facts: the columns it adds, and a select with them and `keep`. */
function layer(
  frame: Frame,
  facts: string,
  keep: string,
  { t, terms = false }: { t: string; terms?: boolean },
): { sql: string; names: string } {
  const inForce = frame.programmes.filter((programme) => isOn(programme, frame));
  const monthly = inForce.filter(({ period }) => period === "month");
  const sumOf = (code: string) => {
    const { state, amount } = columnsOf(code);
    return `coalesce(case when ${identifier(state)} = 'may_be_entitled' then ${identifier(amount)} end, 0)`;
  };
  const isStep = t.endsWith("_step");
  const added: [string, string][] = [
    [isStep ? t : `${t}_month`, monthly.length === 0 ? "0::bigint" : monthly.map(({ code }) => sumOf(code)).join(" + ")],
  ];
  if (!isStep)
    for (const { code } of inForce) {
      const { reached, amount } = sideColumns(t as "t" | "c", code);
      const { state, receives } = columnsOf(code);
      added.push([reached, `case ${identifier(state)} when 'may_be_entitled' then true when 'not_by_registers' then false end`]);
      added.push([amount, sumOf(code)]);
      if (terms) added.push([`${reached}_receives`, identifier(receives)]);
    }
  const named = terms ? ["income_lcu::bigint as income_3", "(poverty_line_lcu * members * 3)::decimal(18, 2) as line_3"] : [];
  const select = entitlementSelect(frame, frame, facts, [keep, ...named].join(", "));
  const columns = added.map(([name, sql]) => `${sql} as ${identifier(name)}`);
  return {
    sql: `select ${[keep, ...(terms ? ["income_3", "line_3"] : []), "tsa_kind", ...columns].join(", ")} from (${select})`,
    names: [...(terms ? ["income_3", "line_3"] : []), ...added.map(([name]) => identifier(name))].join(", "),
  };
}

/** TSA stands in no register of incomes; what else the family receives of the programmes here is taken out of its registered benefits. */
function beforeSql({ programmes, ...frame }: Frame): string {
  const paid = programmes.filter(
    (each) => isOn(each, frame) && each.period === "month" && each.receives !== undefined && !isOfTsa(each, programmes),
  );
  const received = paid.map(({ code }) => {
    const { reached, amount } = sideColumns("t", code);
    return `coalesce(case when ${identifier(`${reached}_receives`)} then ${identifier(amount)} end, 0)`;
  });
  return received.length === 0
    ? "income_3"
    : `income_3 - least(benefit_lcu * ${frame.values.income_counts_benefit ?? 1}, 3 * (${received.join(" + ")}))::bigint`;
}

function isOfTsa(programme: Programme, all: readonly Programme[]): boolean {
  return conditionsOf(programme, all).some(
    ({ condition }) => condition.relation === "below" && condition.value?.features.includes("income_lcu"),
  );
}
