import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { load, newBench, read, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const household = { tables: [{ table: "household", files: "h.csv" }] };
const files = { "h.csv": "household_id,area_code,recorded_at\nh1,101010000,2025-01-01\n" };

test("every place of the classifier has its region, and all but regions their district; regions have names in three languages", async () => {
  const bench = newBench(root);
  await load(bench, writeSource(bench, "map", household, files), { areas: projectFile("data-samples/kazakhstan/kato.csv") });
  expect(await read(bench, "select level, count(*)::integer as n from area group by level order by n")).toEqual([
    { level: "region", n: 20 },
    { level: "district", n: 209 },
    { level: "sub_district", n: 2379 },
    { level: "settlement", n: 12_986 },
  ]);
  const astray = "region_code not in (select area_code from area where level = 'region') or (district_code is null) <> (level = 'region')";
  expect(await read(bench, `select * from area where ${astray}`)).toEqual([]);
  expect(await read(bench, "select name_ru, name_kk, name_en, district_code from area where area_code = '100000000'")).toEqual([
    { name_ru: "область Абай", name_kk: "Абай облысы", name_en: "Abai Region", district_code: null },
  ]);
  expect(await read(bench, "select count(*)::integer as n from area where level = 'region' and name_en is null")).toEqual([{ n: 0 }]);
});

test("a file of places with a code that is not KATO is refused by name, and nothing is loaded", async () => {
  const bench = newBench(root);
  const source = writeSource(bench, "map", household, {
    ...files,
    "areas.csv": "area_code,level,name_ru,name_kk\n10101000,district,а,а\n",
  });
  await expect(load(bench, source, { areas: `${bench.directory}/areas.csv` })).rejects.toThrow(
    /areas\.csv: 10101000: a place needs a code of 9 digits/,
  );
});
