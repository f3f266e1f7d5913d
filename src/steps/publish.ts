import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { explanationTables } from "../lists/explanation-tables.ts";
import { listId } from "../lists/list-id.ts";
import { type PublishedMeta, publishedFile, showRun } from "../lists/published.ts";
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

/** Publishes the run's lists: one immutable database, built beside and renamed, then the pointer `current`, swapped last. */
export const publish: Step = {
  name: "publish",
  async run(context) {
    const id = runId(context.manifest);
    const file = publishedFile(context.data, id);
    mkdirSync(context.data.published, { recursive: true });
    const partial = `${file}.partial`;
    rmSync(partial, { force: true });
    const { areas, synthetic } = await surroundings(context);
    const session = await openDatabase(partial, { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    let lists: Record<string, string>;
    let entries: number;
    try {
      await copyTables(session, context, areas);
      lists = await listIds(session, context);
      entries = await session.value<number>("select count(*)::integer from entries");
      const meta = await metaOf(session, context, synthetic);
      await session.run("create table meta as select $meta::json as meta", { meta: canonicalJson(meta) });
      await session.run("checkpoint");
    } finally {
      session.close();
    }
    writeFileSync(join(context.outputDirectory, "manifest.json"), canonicalJson({ run_id: id, lists }));
    renameSync(partial, file);
    rmSync(`${partial}.wal`, { force: true });
    showRun(context.data, id);
    return { entries, lists: Object.keys(lists).length };
  },
};

/** What the database needs beside the steps' files: names of places, and whether the population is made up. */
async function surroundings(context: StepContext): Promise<{ areas: Area[]; synthetic: boolean }> {
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
      synthetic: await known.value<boolean>("select coalesce(bool_and(synthetic), false) from load where load_id <= $snapshot", {
        snapshot: context.manifest.snapshot.load_id,
      }),
    };
  } finally {
    known.close();
  }
}

async function copyTables(session: Session, { runDirectory }: StepContext, areas: readonly Area[]): Promise<void> {
  const path = (step: string, table: string) => quoted(join(runDirectory, step, `${table}.parquet`));
  await session.script(`create table entries as select * from read_parquet(${path("explain", "entries")}) order by place`);
  await session.script(`create table capacity as select * from read_parquet(${path("prioritise", "capacity")}) order by district_code`);
  for (const table of explanationTables)
    await session.script(`create table ${table} as select * from read_parquet(${path("explain", table)})`);
  const column = (name: keyof Area) => areas.map((area) => area[name]);
  await session.createTable("places", {
    area_code: column("area_code"),
    name_kk: column("name_kk"),
    name_ru: column("name_ru"),
    name_en: column("name_en"),
  });
  await session.script("create table areas as select * from places order by area_code; drop table places");
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
    rules: { sha256: manifest.rules_sha256, in_force: rules.length },
    manifest,
  };
}
