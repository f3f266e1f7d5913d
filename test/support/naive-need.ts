import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { addDays, addMonths, monthStart, quarterName, referenceQuarter } from "../../src/domain/dates.ts";
import { projectFile } from "../../src/domain/project-files.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { Row } from "../../src/warehouse/values.ts";
import { byHousehold, type Claim, known, type Raw } from "./naive-features.ts";

const sum = (values: number[]) => values.reduce((total, each) => total + each, 0);
const number = (value: unknown) => Number(value);
const names = ["food", "housing", "medical", "education", "transport", "clothing", "other"];

/** The shipped standards by "region quarter season unit", each as numbers in the order of the names. */
function readStandards(): Map<string, number[]> {
  const [, ...lines] = readFileSync(projectFile("models/standards/standards.csv"), "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [region, quarter, season, unit, ...amounts] = line.split(",");
      return [`${region} ${quarter} ${season} ${unit}`, amounts.slice(0, 7).map(Number)];
    }),
  );
}

/** Need recomputed family by family with plain loops, as an oracle for the SQL. Needs the reference tables; one head is one unit, pension age 63. */
export async function naiveNeed(session: Session, asOf: string, snapshot: number): Promise<Map<unknown, Row>> {
  const claims = await session.rows<Claim & Row>("select * from coverage where name = ''");
  const parameters = new Map(
    (await session.rows("select name, value::double as value from reference_parameter")).map((row) => [row.name, number(row.value)]),
  );
  const lag = (table: string) =>
    Math.max(...claims.filter((claim) => claim.table_name === table).map((claim) => claim.publication_lag_days));
  const isCovered = (table: string, area: string, months: string[]) =>
    months.every((month) =>
      claims.some(
        (claim) =>
          claim.table_name === table &&
          area.startsWith(claim.area_prefix) &&
          month >= claim.month_from &&
          month < claim.month_until &&
          addDays(addMonths(month, 1), -1) <= claim.complete_through &&
          addDays(addMonths(month, 1), lag(table)) <= asOf,
      ),
    );
  const tables = ["person", "income", "credit", "utility", "expenditure", "account"] as const;
  const rows = Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, byHousehold(await known(session, table, asOf, snapshot))] as const)),
  ) as Record<(typeof tables)[number], (key: unknown) => Raw[]>;
  const events = await known(session, "consent", asOf, snapshot);
  events.sort((a, b) => (`${a.at} ${a.recorded_at}` < `${b.at} ${b.recorded_at}` ? -1 : 1));
  const lastWord = new Map(events.map((event) => [`${event.person_key} ${event.scope}`, event.state]));
  const lines = await session.rows<Row>("select *, quarter::varchar as day from reference_line");
  const standards = readStandards();
  const heating = parse(readFileSync(projectFile("models/standards/method.yaml"), "utf8")).heating_months[0].value as Record<
    string,
    number[]
  >;
  const q0 = referenceQuarter(asOf, lag("income"));
  const quarter = [0, 1, 2].map((index) => addMonths(q0, index));
  const lastOf = (table: string) => addMonths(monthStart(addDays(asOf, -lag(table))), -1);
  const firstSeen = new Map<unknown, string>();
  for (const row of await session.rows<Raw>("select * from household")) {
    if (String(row.recorded_at) >= `${asOf}T00:00:00` || number(row.load_id) > snapshot) continue;
    const [day, seen] = [String(row.recorded_at).slice(0, 10), firstSeen.get(row.household_key)];
    firstSeen.set(row.household_key, seen === undefined || day < seen ? day : seen);
  }

  const result = new Map<unknown, Row>();
  for (const home of await known(session, "household", asOf, snapshot)) {
    const key = home.household_key;
    const area = String(home.area_code);
    const living = rows
      .person(key)
      .filter(
        (each) => (each.died_on === null || String(each.died_on) >= asOf) && (each.birth_date === null || String(each.birth_date) < asOf),
      );
    if (living.length === 0 || (home.dissolved_on !== null && String(home.dissolved_on) < asOf)) continue;
    const reached = (each: Raw, years: number) => String(each.birth_date) <= addMonths(asOf, -12 * years);
    const unitOf = (each: Raw) => {
      if (each.birth_date === null) return "age_unknown";
      if (reached(each, 63)) return "pensioner";
      if (reached(each, 18)) return "adult";
      return reached(each, 14) ? "child_14_17" : reached(each, 7) ? "child_7_13" : "child_0_6";
    };
    const units = [
      "household",
      ...living.map(unitOf),
      ...living.filter((each) => each.disability !== null && each.disability !== "none").map(() => "disability"),
    ];
    if (["rented", "mortgaged", "dormitory"].includes(String(home.dwelling_tenure))) units.push(String(home.dwelling_tenure));
    const region = area.slice(0, 2);
    const ofMonth = (month: string) => {
      const season = (heating[region] ?? heating[""])!.includes(Number(month.slice(5, 7))) ? "heating" : "warm";
      return names.map((_, index) =>
        sum(units.map((unit) => standards.get(`${region} ${quarterName(q0)} ${season} ${unit}`)![index] as number)),
      );
    };
    const standard = names.map((_, index) => sum(quarter.map((month) => ofMonth(month)[index] as number)));

    const seen = [firstSeen.get(key) as string, ...rows.income(key).map((row) => String(row.month))].sort();
    const since = home.formed_on === null ? (seen[0] as string) : String(home.formed_on);
    const inQuarter = (row: Raw) => quarter.includes(String(row.month));
    const paid = rows.income(key).filter(inQuarter);
    const income = isCovered("income", area, quarter) && q0 >= since ? sum(paid.map((row) => number(row.amount_lcu))) : null;
    const line = lines.find((each) => each.day === q0 && each.region_code === `${region}0000000`) as Row;
    const short = (bound: number, amount: number | null) =>
      amount === null ? null : Math.max(0, Math.ceil(Number((bound - amount).toFixed(4))));

    const adults = rows
      .person(key)
      .filter((each) => (each.died_on === null || String(each.died_on) >= asOf) && (each.birth_date === null || reached(each, 18)));
    const consents = (scope: string) =>
      adults.length > 0 && adults.every((each) => lastWord.get(`${each.person_key} ${scope}`) === "given");
    const maySpend = consents("expenditure") && isCovered("expenditure", area, quarter);
    const spending = rows.expenditure(key).filter(inQuarter);
    const inCategory = names.map((name) => {
      const counted = sum(
        quarter.map((month) => {
          const [verified, declared] = ["verified", "declared"].map((basis) =>
            spending.find((row) => row.category === name && row.basis === basis && row.month === month),
          );
          return number((verified ?? declared)?.amount_lcu ?? 0);
        }),
      );
      return maySpend ? counted : null;
    });
    const spent = maySpend ? sum(inCategory as number[]) : null;
    const declaredRows = spending.filter((row) => row.basis === "declared");

    const bank = [addMonths(q0, -1), ...quarter];
    const mayBank = consents("bank") && isCovered("account", area, bank);
    const accounts = rows.account(key);
    const savedIn = (month: string | undefined) => sum(accounts.filter((row) => row.month === month).map((row) => number(row.savings_lcu)));
    const outflow = mayBank ? sum(accounts.filter(inQuarter).map((row) => number(row.outflow_lcu))) : null;
    const loans = rows.credit(key);
    const overdue = loans.filter((row) => row.month === lastOf("credit"));
    const bills = rows.utility(key).filter((row) => row.month === lastOf("utility"));
    const traced = Math.max(spent ?? -1, outflow ?? -1);
    const own = sum(paid.filter((row) => row.kind === "self_employment").map((row) => number(row.amount_lcu)));
    const isAsked =
      living.some((each) => each.business === "sole_trader") &&
      income !== null &&
      traced > income &&
      own <= 3 * 25 * (parameters.get("mrp") as number);

    const head = living.find((each) => each.role === "head");
    const has = (...wanted: string[]) => units.some((unit) => wanted.includes(unit));
    const ageless = living.some((each) => each.birth_date === null);
    const stage = has("child_0_6")
      ? "small_children"
      : ageless
        ? null
        : has("child_7_13", "child_14_17")
          ? "school_children"
          : !has("adult")
            ? "pensioners"
            : head === undefined
              ? null
              : reached(head, 35)
                ? "adults"
                : "young";

    result.set(key, {
      income_lcu: income,
      line_gap_lcu: short(number(line.poverty_line_lcu) * 3 * living.length, income),
      subsistence_gap_lcu: short(number(line.subsistence_minimum_lcu) * 3 * living.length, income),
      standard_lcu: sum(standard),
      standard_gap_lcu: income === null ? null : Math.max(0, sum(standard) - income),
      standards: standard,
      counted: inCategory,
      gaps: standard.map((each, index) => (inCategory[index] === null ? null : Math.max(0, each - (inCategory[index] as number)))),
      spent_lcu: spent,
      declared_lcu: maySpend && declaredRows.length > 0 ? sum(declaredRows.map((row) => number(row.amount_lcu))) : null,
      spends_above_income: spent === null || income === null ? null : spent > income,
      loan_payments_lcu: isCovered("credit", area, quarter)
        ? sum(loans.filter(inQuarter).map((row) => number(row.loan_payment_lcu) + number(row.mortgage_payment_lcu)))
        : null,
      overdue_lcu:
        overdue.length > 0 || isCovered("credit", area, [lastOf("credit")]) ? sum(overdue.map((row) => number(row.overdue_lcu))) : null,
      utility_arrears_lcu:
        bills.length > 0 || isCovered("utility", area, [lastOf("utility")]) ? sum(bills.map((row) => number(row.arrears_lcu))) : null,
      outflow_lcu: outflow,
      draws_on_savings: mayBank ? savedIn(quarter[2]) < savedIn(bank[0]) : null,
      stage,
      expected_month_lcu:
        stage === null ? null : Math.round(sum(ofMonth(quarter[2] as string)) * (parameters.get(`life_stage_${stage}_factor`) as number)),
      questions: isAsked ? ["sole_trader_spending"] : [],
    });
  }
  return result;
}
