import { afterAll, expect, test } from "vitest";
import { incomeCsv, incomeTable, load, newBench, read, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test("coverage and recipes are kept with the load that declares them", async () => {
  const bench = newBench(root);
  const definition = { unit: "kwh", direction: "-" };
  const source = writeSource(
    bench,
    "meters",
    {
      tables: [
        {
          ...{ table: "observation", files: "wide.csv", columns: { household_id: "h" }, recorded_at: "read_on" },
          unpivot: { columns: { power: "kwh", water: "m3 * 10" }, observed_on: "read_on" },
          covers: [{ areas: ["10", "75"], from: "2025-01-01", until: "2025-04-01", publication_lag_days: 9, by_row: true }],
          observations: {
            power: [
              { recipe: "mean", window_months: 6, ...definition },
              { recipe: "latest", ...definition },
            ],
          },
        },
      ],
    },
    { "wide.csv": "h,kwh,m3,read_on\nh1,120.5,3,2025-01-31\nh2,,4,2025-01-31\n" },
  );
  await load(bench, source);
  expect(await read(bench, "select name, value from observation order by name, value")).toEqual([
    { name: "power", value: 120.5 },
    { name: "water", value: 30 },
    { name: "water", value: 40 },
  ]);
  expect(await read(bench, "select name, area_prefix, complete_through, publication_lag_days, by_row from coverage order by all")).toEqual(
    ["power", "water"].flatMap((name) =>
      ["10", "75"].map((area_prefix) => ({ name, area_prefix, complete_through: "2025-03-31", publication_lag_days: 9, by_row: true })),
    ),
  );
  expect(await read(bench, "select name, recipe, window_months from observation_recipe order by recipe")).toEqual([
    { name: "power", recipe: "latest", window_months: null },
    { name: "power", recipe: "mean", window_months: 6 },
  ]);
});

test("a month of which a row was refused is not claimed as complete, unless the household has another row of it", async () => {
  const covers = [{ from: "2025-01-01", until: "2025-05-01" }];
  const claimed = async (...rows: string[]) => {
    const bench = newBench(root);
    const definition = { max_bad_share: 1, tables: [incomeTable({ covers })] };
    const [report] = await load(bench, writeSource(bench, "wages", definition, { "income.csv": incomeCsv(...rows) }));
    const ranges = await read(bench, "select month_from as f, month_until as u, by_row, complete_through as c from coverage order by f");
    return { ranges: ranges.map(({ f, u, by_row, c }) => [f, u, by_row, c]), warnings: report?.warnings };
  };
  const good = "h1,p1,2025-01-01,100,2025-02-10";
  const whole = { ranges: [["2025-01-01", "2025-05-01", false, "2025-04-30"]], warnings: [] };
  expect(await claimed(good)).toEqual(whole);
  expect(await claimed(good, "h1,p1,2025-01-01,200,2025-02-10")).toEqual(whole);
  expect(await claimed(good, "h2,p2,2025-02-01,-5,2025-03-10", "h1,p1,2025-07-01,-5,2025-08-10")).toEqual({
    ranges: [
      ["2025-01-01", "2025-02-01", false, "2025-04-30"],
      ["2025-02-01", "2025-03-01", true, "2025-04-30"],
      ["2025-03-01", "2025-05-01", false, "2025-04-30"],
    ],
    warnings: [expect.stringMatching(/because of refused rows: 2025-02; there a household without a row is unknown, not at 0/)],
  });
  for (const bad of ["h2,p2,2025-02-30,5,2025-03-10", "h2,p2"])
    expect(await claimed(good, bad)).toEqual({
      ranges: [["2025-01-01", "2025-05-01", true, "2025-04-30"]],
      warnings: [expect.stringContaining("no month is claimed as complete")],
    });
});
