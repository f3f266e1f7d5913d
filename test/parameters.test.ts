import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { inForce, parameterAt, readParameters } from "../src/parameters/dated-values.ts";
import { type Deployment, readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const shipped = readDeployment(projectFile("models/deployment.yaml"));
const legal = readParameters(shipped.parameters);

function parametersFrom(name: string, yaml: string) {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "values.yaml"), yaml);
  return () => readParameters(directory);
}

const dated = (...values: string[]) =>
  `x:\n  unit: lcu\n  description: a value\n  values:\n${values.map((value) => `    - ${value}\n`).join("")}`;
const from = (day: string, value: number, until = "") =>
  `{from: ${day}, value: ${value}, status: source, reference: test${until === "" ? "" : `, until: ${until}`}}`;

describe("legal values by date", () => {
  test.each([
    ["mrp", "2024-12-31", 3692],
    ["mrp", "2025-01-01", 3932],
    ["mrp", "2025-12-31", 3932],
    ["mrp", "2026-01-01", 4325],
    ["mrp", "2022-03-31", 3063],
    ["mrp", "2022-04-01", 3180],
    ["minimum_wage", "2023-12-31", 70000],
    ["minimum_wage", "2024-01-01", 85000],
    ["poverty_line_median_share", "2024-12-31", 0],
    ["poverty_line_median_share", "2025-01-01", 0.35],
    ["poverty_line_subsistence_share", "2019-03-31", 0.5],
    ["poverty_line_subsistence_share", "2019-04-01", 0.7],
    ["pension_age_women", "2022-12-31", 60.5],
    ["pension_age_women", "2023-01-01", 61],
    ["tsa_refusal_block_months", "2026-10-01", 6],
    ["pilot_expenditure_criteria", "2026-10-01", 0],
    ["pilot_savings_over_mrp", "2026-10-01", 200],
  ])("%s on %s is %d", (name, date, value) => {
    expect(parameterAt(legal, name, date)).toBe(value);
  });

  test("sums in tenge agree with the published ones: the child supplement exactly, the large-family benefit rounded up", () => {
    const tenge = (name: string, date: string) =>
      (Math.round(parameterAt(legal, name, date) * 100) * parameterAt(legal, "mrp", date)) / 100;
    expect(["2024-06-01", "2025-06-01", "2026-06-01"].map((date) => tenge("child_supplement_mrp", date))).toEqual([5538, 5898, 6487.5]);
    expect([4, 5, 6, 7].map((children) => Math.ceil(tenge(`large_family_benefit_mrp_${children}`, "2026-06-01")))).toEqual([
      69330, 86673, 104017, 121360,
    ]);
    expect(8 * tenge("large_family_benefit_mrp_per_child_8", "2026-06-01")).toBe(138400);
  });

  test("children of 1 to 6 get the sets or the payment, never both and never neither", () => {
    for (const { from } of [...legal.get("child_supplement_mrp")!.values, ...legal.get("in_kind_set_children_1_6")!.values]) {
      const set = parameterAt(legal, "in_kind_set_children_1_6", from);
      expect(set === 1).toBe(parameterAt(legal, "child_supplement_mrp", from) === 0);
    }
  });

  test("every value says how well it is known and where it stands", () => {
    const values = [...legal.values()].flatMap((parameter) => parameter.values);
    expect(values.length).toBeGreaterThan(50);
    for (const value of values) expect(value.reference.length, JSON.stringify(value)).toBeGreaterThan(3);
  });

  test("a date without a value is an error that names parameter and date", () => {
    expect(() => parameterAt(legal, "mrp", "2018-12-31")).toThrow(/mrp has no value on 2018-12-31.*2019-01-01/);
    expect(() => parameterAt(legal, "mpr", "2026-01-01")).toThrow('no parameter mpr (did you mean "mrp"?)');
  });

  test("gaps, overlaps and values out of order are errors that name the days", () => {
    expect(parametersFrom("gap", dated(from("2024-01-01", 1, "2024-06-01"), from("2024-07-01", 2)))).toThrow(
      "x: gap from 2024-06-01 to 2024-06-30",
    );
    expect(parametersFrom("overlap", dated(from("2024-01-01", 1, "2024-07-01"), from("2024-06-01", 2)))).toThrow(
      "x: overlap from 2024-06-01 to 2024-06-30",
    );
    expect(parametersFrom("order", dated(from("2024-06-01", 1), from("2024-06-01", 2)))).toThrow(
      "x: overlap: 2024-06-01 stands after 2024-06-01",
    );
    expect(parametersFrom("day", dated(from("2024-02-30", 1)))).toThrow("2024-02-30");
    expect(parametersFrom("word", dated(from("2024-01-01", 1).replace("status", "statuss")))).toThrow(
      'statuss is not a known key (did you mean "status"?)',
    );
  });

  test("a value ends on its last day but one: from is in, until is out", () => {
    const parameters = parametersFrom("until", dated(from("2024-01-01", 1, "2024-07-01")))();
    expect(parameterAt(parameters, "x", "2024-06-30")).toBe(1);
    expect(() => parameterAt(parameters, "x", "2024-07-01")).toThrow("no value on 2024-07-01");
    const ended = parametersFrom("ended", dated(from("2024-01-01", 1), from("2025-01-01", 2, "2025-07-01")))();
    expect(parameterAt(ended, "x", "2025-06-30")).toBe(2);
    expect(() => parameterAt(ended, "x", "2025-07-01")).toThrow("x has no value on 2025-07-01; its last ended on 2025-07-01");
    expect(inForce([{ from: "2024-01-01" }, { from: "2025-01-01" }], "2024-12-31")).toEqual({ from: "2024-01-01" });
  });
});

const inRegion = (region: string, ...values: string[]) =>
  `  regions:\n    "${region}":\n${values.map((value) => `      - ${value}\n`).join("")}`;

describe("values that differ by region", () => {
  const yaml =
    dated(from("2024-01-01", 1)) +
    inRegion("71", from("2025-01-01", 2, "2026-01-01")) +
    inRegion("7110", from("2025-06-01", 3)).replace("  regions:\n", "");
  const parameters = parametersFrom("regions", yaml)();

  test.each([
    ["2024-12-31", "711010000", 1],
    ["2025-01-01", "711010000", 2],
    ["2025-06-01", "711010000", 3],
    ["2025-06-01", "719000000", 2],
    ["2025-06-01", "610000000", 1],
    ["2025-12-31", "719000000", 2],
    ["2026-01-01", "719000000", 1],
    ["2026-01-01", "711010000", 3],
  ])("on %s in %s it is %d: the narrowest region counts while its value lasts, else the general value", (date, place, value) => {
    expect(parameterAt(parameters, "x", date, place)).toBe(value);
    expect(parameterAt(parameters, "x", date)).toBe(1);
  });

  test("a gap or overlap within a region is an error that names the region, and a region is the beginning of a KATO code", () => {
    const gap = dated(from("2024-01-01", 1)) + inRegion("71", from("2024-01-01", 1, "2024-06-01"), from("2024-07-01", 2));
    expect(parametersFrom("region-gap", gap)).toThrow("x, region 71: gap from 2024-06-01 to 2024-06-30");
    expect(parametersFrom("region-name", dated(from("2024-01-01", 1)) + inRegion("Astana", from("2024-01-01", 2)))).toThrow("KATO code");
    expect(() => parameterAt(parameters, "x", "2023-12-31", "711010000")).toThrow(
      /x has no value on 2023-12-31.*first begins on 2024-01-01/,
    );
  });

  test("a region's own share makes its own poverty line, and no other's", async () => {
    const directory = join(root, "regional-line");
    cpSync(shipped.parameters, directory, { recursive: true });
    const file = join(directory, "poverty-line.yaml");
    const more = inRegion("71", "{from: 2024-01-01, value: 0.80, status: assumption, reference: test}");
    writeFileSync(file, readFileSync(file, "utf8").replace("poverty_line_median_share:", `${more}poverty_line_median_share:`));
    const session = await lineTables({ ...shipped, parameters: directory }, "2026-10-01");
    const lines = await session.rows(`select region_code, poverty_line_lcu::double as line from reference_line
      where region_code in ('710000000', '610000000') and quarter = '2024-07-01' order by all`);
    const regional = await session.rows("select name, region, value::double as value from reference_regional_parameter");
    session.close();
    expect(lines).toEqual([
      { region_code: "610000000", line: 34314.0 }, // 0.70 x 49 020
      { region_code: "710000000", line: 46560.8 }, // 0.80 x 58 201
    ]);
    expect(regional).toEqual([{ name: "poverty_line_subsistence_share", region: "71", value: 0.8 }]);
  });

  test("what every household is measured by alike cannot differ by region", async () => {
    const directory = join(root, "regional-kind");
    cpSync(shipped.parameters, directory, { recursive: true });
    const file = join(directory, "income-kinds.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}${inRegion("71", from("2024-01-01", 0))}`);
    await expect(lineTables({ ...shipped, parameters: directory }, "2026-10-01")).rejects.toThrow("income_counts_other differs by region");
  });
});

describe("a dated value", () => {
  const value = (more: string) => dated(`{from: 2024-01-01, value: 1, status: source, reference: Social Code${more}}`);

  test("may say article, link, and who changed it when and why", () => {
    const read = parametersFrom(
      "said",
      value(", article: 120(3), link: https://adilet.zan.kz/x, changed: {by: A. Lawyer, on: 2026-01-15, why: order 473}"),
    )();
    expect(read.get("x")?.values[0]).toMatchObject({ article: "120(3)", changed: { by: "A. Lawyer", on: "2026-01-15" } });
  });

  test.each([
    ["link", ", link: adilet", "link"],
    ["change", ", changed: {by: A. Lawyer}", "changed.on"],
    ["day", ", changed: {by: A. Lawyer, on: 2026-02-30}", "changed.on"],
  ])("a bad %s is named", (name, more, message) => {
    expect(parametersFrom(`said-${name}`, value(more))).toThrow(message);
  });

  test("with an empty reference, or finer than the tables keep, is an error", () => {
    expect(parametersFrom("said-reference", value("").replace("Social Code", '" "'))).toThrow("x.values.0.reference");
    expect(parametersFrom("fine", value("").replace("value: 1", "value: 0.33333"))).toThrow("more than four decimals");
  });
});

async function lineTables(deployment: Deployment, asOf: string) {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  await createReferenceTables(session, deployment, asOf);
  return session;
}

describe("the poverty line", () => {
  test("is 70 % of the subsistence minimum for applications before 2025, then the larger of that and 35 % of the median income", async () => {
    const session = await lineTables(shipped, "2026-10-01");
    const lines = await session.rows(`
      select region_code, quarter::varchar as quarter, subsistence_minimum_lcu, median_income_lcu, poverty_line_lcu
      from reference_line where region_code in ('710000000', '610000000') and quarter in ('2024-07-01', '2024-10-01') order by all`);
    session.close();
    const line = (region: string, quarter: string) => lines.find((row) => row.region_code === region && row.quarter === quarter);
    // Incomes of 2024Q3 meet an application in 2024Q4 (old rule), incomes of 2024Q4 one in 2025Q1 (new rule).
    const astana = [line("710000000", "2024-07-01"), line("710000000", "2024-10-01")];
    const turkistan = [line("610000000", "2024-07-01"), line("610000000", "2024-10-01")];
    expect([...astana, ...turkistan].map((row) => row?.poverty_line_lcu)).toEqual([
      40740.7, // 0.70 x 58 201; 0.35 x 145 069 = 50 774.15 is not yet the rule
      51998.45, // 0.35 x 148 567; 0.70 x 55 719 = 39 003.30 is less
      34314.0, // 0.70 x 49 020
      32850.3, // 0.70 x 46 929; 0.35 x 68 693 = 24 042.55 is less
    ]);
  });

  test("every region has a line in every quarter, and the tables carry the values in force", async () => {
    const session = await lineTables(shipped, "2025-12-31");
    expect(await session.value("select count(*)::integer from reference_line")).toBe(20 * 20);
    expect(await session.value("select value from reference_parameter where name = 'mrp'")).toBe(3932);
    expect(await session.value("select count(*)::integer from reference_income_kind where counts")).toBe(7);
    expect(await session.rows("select * from reference_household_unit")).toEqual([{ first_adult: 1, further_adult: 1, child: 1 }]);
    session.close();
  });

  test("a region whose quarters have a hole, stand twice or have no line is named", async () => {
    const quarters = (name: string, ...rows: string[]): Deployment => {
      const file = join(root, `${name}.csv`);
      writeFileSync(file, `quarter,kato2,subsistence_minimum_lcu,median_income_lcu\n${rows.join("\n")}\n`);
      return { ...shipped, quarters: file };
    };
    const read = async (deployment: Deployment) => (await lineTables(deployment, "2025-01-01")).close();
    await expect(read(quarters("whole", "2024Q3,71,50000,100000", "2024Q4,71,50000,100000"))).resolves.toBeUndefined();
    await expect(read(quarters("hole", "2024Q2,71,50000,100000", "2024Q4,71,50000,100000"))).rejects.toThrow(
      "710000000, quarter from 2024-04-01 is followed by a gap",
    );
    await expect(read(quarters("twice", "2024Q2,71,50000,1", "2024Q2,71,50000,2"))).rejects.toThrow(
      "quarter from 2024-04-01 stands there twice",
    );
    await expect(read(quarters("lineless", "2024Q2,71,,"))).rejects.toThrow("has no poverty line");
    await expect(read(quarters("median not asked for", "2024Q3,71,50000,"))).resolves.toBeUndefined();
    await expect(read(quarters("no median", "2024Q3,71,50000,100000", "2024Q4,71,50000,"))).rejects.toThrow(
      /no median\.csv: region 710000000, quarter from 2024-10-01 has no poverty line/,
    );
    await expect(read(quarters("no subsistence", "2024Q4,71,,100000"))).rejects.toThrow("has no poverty line");
  });
});

describe("a deployment", () => {
  test("names an unknown key and the right one, and a place that is not there", () => {
    const file = join(root, "deployment.yaml");
    const text = (extra: string) =>
      `country: KZ\ncurrency: KZT\ntime_zone: Asia/Almaty\nareas: .\nquarters: .\nparameters: .\nfeatures: .\n${extra}household_units: {first_adult: 1, further_adult: 1, child: 1}\n`;
    writeFileSync(file, text(""));
    expect(readDeployment(file).parameters).toBe(root);
    writeFileSync(file, text("polcy: active.yaml\n"));
    expect(() => readDeployment(file)).toThrow('polcy is not a known key (did you mean "policy"?)');
    writeFileSync(file, text("").replace("areas: .", "areas: nowhere.csv"));
    expect(() => readDeployment(file)).toThrow("areas: nowhere.csv does not exist");
  });
});
