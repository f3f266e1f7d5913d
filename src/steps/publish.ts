import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { projectFile } from "../domain/project-files.ts";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { programmeTables } from "../indicators/measure.ts";
import { writeTexts } from "../lists/entry-texts.ts";
import { explanationTables } from "../lists/explanation-tables.ts";
import { listId } from "../lists/list-id.ts";
import { type PublishedLists, type PublishedMeta, publishedFile, publishedListsFile, showRun } from "../lists/published.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { runId, type Step, type StepContext } from "./step.ts";

/** A place as it is named on lists. */
interface Area {
  area_code: string;
  name_kk: string;
  name_ru: string;
  name_en: string | null;
}

/** What has been loaded of a source's table, up to the run's snapshot. */
interface Loaded {
  source: string;
  table_name: string;
  loaded_at: string;
  loads: number;
  rows_read: number;
  rows_quarantined: number;
}

/** Publishes the run's lists: one immutable database, built beside and renamed, then the pointer `current`, swapped last. */
export const publish: Step = {
  name: "publish",
  async run(context) {
    const id = runId(context.manifest);
    const file = publishedFile(context.data, id);
    mkdirSync(context.data.published, { recursive: true });
    const partial = `${file}.partial`;
    rmSync(partial, { force: true });
    const { areas, loads, synthetic } = await surroundings(context);
    const session = await openDatabase(partial, { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    let lists: Record<string, string>;
    let entries: number;
    try {
      await copyTables(session, context);
      await writeAreas(session, areas);
      await writeLoads(session, loads);
      lists = await listIds(session, context);
      entries = await session.value<number>("select count(*)::integer from entries");
      const meta = await metaOf(session, context, synthetic);
      await writeTexts(session, meta);
      await session.run("create table meta as select $meta::json as meta", { meta: canonicalJson(meta) });
      await session.run("checkpoint");
    } finally {
      session.close();
    }
    const said = canonicalJson({ run_id: id, as_of: context.manifest.as_of, lists } satisfies PublishedLists);
    writeFileSync(join(context.outputDirectory, "manifest.json"), said);
    writeFileSync(`${publishedListsFile(context.data, id)}.partial`, said);
    renameSync(`${publishedListsFile(context.data, id)}.partial`, publishedListsFile(context.data, id));
    renameSync(partial, file);
    rmSync(`${partial}.wal`, { force: true });
    showRun(context.data, id);
    return { entries, lists: Object.keys(lists).length };
  },
};

/** What the database needs beside the steps' files: names of places, what was loaded, and whether the population is made up. */
async function surroundings(context: StepContext): Promise<{ areas: Area[]; loads: Loaded[]; synthetic: boolean }> {
  const known = await context.openKnown();
  try {
    const entries = quoted(join(context.runDirectory, "explain", "entries.parquet"));
    return {
      areas: await known.rows<Area & Record<string, unknown>>(`
        with listed as (select distinct area_code, district_code from read_parquet(${entries})),
        named as (
          select area_code, name_kk, name_ru, name_en from area
          union
          select district_code, name_kk, name_ru, name_en from area where level = 'district'
        )
        select n.* from named as n
        where n.area_code in (select area_code from listed union select district_code from listed union select rpad(area_code[1:2], 9, '0') from listed)
        qualify row_number() over (partition by n.area_code order by n.name_ru, n.name_kk, n.name_en) = 1
        order by n.area_code`),
      loads: await known.rows<Loaded & Record<string, unknown>>(
        `select source, table_name, max(loaded_at)::varchar as loaded_at, count(*) as loads, sum(rows_read)::bigint as rows_read,
           sum(rows_quarantined)::bigint as rows_quarantined
         from load where load_id <= $snapshot group by source, table_name order by source, table_name`,
        { snapshot: context.manifest.snapshot.load_id },
      ),
      synthetic: await known.value<boolean>("select coalesce(bool_and(synthetic), false) from load where load_id <= $snapshot", {
        snapshot: context.manifest.snapshot.load_id,
      }),
    };
  } finally {
    known.close();
  }
}

async function copyTables(session: Session, { runDirectory }: StepContext): Promise<void> {
  const path = (step: string, table: string) => quoted(join(runDirectory, step, `${table}.parquet`));
  await session.script(`create table entries as select * from read_parquet(${path("explain", "entries")}) order by place`);
  await session.script(`create table capacity as select * from read_parquet(${path("prioritise", "capacity")}) order by district_code`);
  for (const table of explanationTables)
    await session.script(`create table ${table} as select * from read_parquet(${path("explain", table)})`);
  // Buckets are ranges of ids, and each file is in order: so is the table, and a household is found without an index.
  if (existsSync(join(runDirectory, "need")))
    await session.script(`create table needs as select * from read_parquet(${path("need", "*")})`);
  for (const [table, part] of [
    ["entitlement_facts", "facts"],
    ["entitlement_members", "members"],
  ])
    await session.script(
      `create table ${table} as select * from read_parquet(${quoted(join(runDirectory, "entitle", part as string, "*.parquet"))})`,
    );
  for (const table of Object.keys(programmeTables))
    await session.script(`create table ${table} as select * from read_parquet(${path("indicators", table)})`);
  await session.run("create table entitlement_frame as select $frame::json as frame", {
    frame: readFileSync(join(runDirectory, "entitle", "frame.json"), "utf8"),
  });
  await session.script(`
    create table sheets as ${readFileSync(projectFile("sql/outreach/sheet.sql"), "utf8")};
    create unique index sheets_place on sheets(place);
    create unique index entries_household on entries(household_id);
    drop table reasons;
    drop table offers`);
}

async function writeAreas(session: Session, areas: readonly Area[]): Promise<void> {
  const column = (name: keyof Area) => areas.map((area) => area[name]);
  await session.createTable("places", {
    area_code: column("area_code"),
    name_kk: column("name_kk"),
    name_ru: column("name_ru"),
    name_en: column("name_en"),
  });
  await session.script("create table areas as select * from places order by area_code; drop table places");
}

async function writeLoads(session: Session, loads: readonly Loaded[]): Promise<void> {
  const texts = (name: "source" | "table_name" | "loaded_at") => loads.map((load) => load[name]);
  const numbers = (name: "loads" | "rows_read" | "rows_quarantined") => Float64Array.from(loads, (load) => load[name]);
  await session.createTable("arrived", {
    source: texts("source"),
    table_name: texts("table_name"),
    loaded_at: texts("loaded_at"),
    loads: numbers("loads"),
    rows_read: numbers("rows_read"),
    rows_quarantined: numbers("rows_quarantined"),
  });
  await session.script("create table loads as select * from arrived order by source, table_name; drop table arrived");
}

/** The id of the list of each district, region and the whole, by KATO prefix. */
async function listIds(session: Session, { manifest }: StepContext): Promise<Record<string, string>> {
  const areas = await session.rows<{ area: string; capacity: number }>(`
    select area, sum(capacity)::integer as capacity
    from (select unnest(['', district_code[1:2], district_code[1:4]]) as area, capacity from capacity)
    group by area order by area`);
  return Object.fromEntries(areas.map(({ area, capacity }) => [area, listId(manifest, capacity, area)]));
}

async function metaOf(session: Session, { manifest, deploymentFile }: StepContext, synthetic: boolean): Promise<PublishedMeta> {
  const deployment = readDeployment(deploymentFile);
  const { rules } = await rulesInForce(deployment, featureTypes(readCatalogue(deployment.features)), manifest.as_of);
  return {
    run_id: runId(manifest),
    as_of: manifest.as_of,
    currency: deployment.currency,
    time_zone: deployment.time_zone,
    synthetic,
    valid_until: (await session.value<string | null>("select max(valid_until)::varchar from entries")) ?? manifest.as_of,
    model: manifest.model,
    ...(manifest.fallback === undefined ? {} : { fallback: manifest.fallback }),
    rules: { sha256: manifest.rules_sha256, in_force: rules.length },
    manifest,
  };
}
