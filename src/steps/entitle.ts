import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { entitlementSelect } from "../entitlement/compile.ts";
import { createFactContext, createFactsInContext, factParameters } from "../entitlement/facts.ts";
import { type Frame, frameOf } from "../entitlement/frame.ts";
import { addLevelFacts, createLevelContext } from "../entitlement/level/facts.ts";
import { levelSelect } from "../entitlement/level/select.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { type BucketFile, fileName, filesAt, inGroups, keysOf, ofFile } from "./bucket-files.ts";
import type { Step } from "./step.ts";

/**
 * Says of every household and programme what it may be entitled to, and of its level where a scale is configured: Parquet files by bucket, ordered
 * by household; the facts apart under `facts/`, under `members/` the members of families that TSA may be for, and by what was judged in
 * `frame.json`. Reads no score.
 */
export const entitle: Step = {
  name: "entitle",
  async run(context) {
    const cut = { asOf: context.manifest.as_of, snapshot: context.manifest.snapshot.load_id };
    for (const part of ["facts", "members"]) mkdirSync(join(context.outputDirectory, part), { recursive: true });
    const session = await context.openKnown();
    try {
      const parameters = await factParameters(session, cut);
      await createFactContext(session, parameters);
      const frame = await frameOf(session, readDeployment(context.deploymentFile), cut.asOf, parameters.q0 as string);
      const levelParameters = frame.scale === undefined ? undefined : await createLevelContext(session, parameters);
      writeFileSync(join(context.outputDirectory, "frame.json"), canonicalJson(frame));
      const counts: Record<string, number> = { households: 0, programmes: frame.programmes.length };
      for (const group of inGroups(await filesAt(session, cut), context.partitions)) {
        const households = { ...cut, ...keysOf(group) };
        await createFactsInContext(session, households, parameters);
        if (levelParameters !== undefined) await addLevelFacts(session, households, levelParameters);
        await judge(session, frame);
        for (const file of group) {
          counts.households = (counts.households ?? 0) + (await writeFile(session, file, context.outputDirectory));
          context.progress(file[1], bucketCount);
        }
        if (frame.scale !== undefined)
          for (const [name, count] of Object.entries(await levelCounts(session))) counts[name] = (counts[name] ?? 0) + count;
      }
      return counts;
    } finally {
      session.close();
    }
  },
};

/** Leaves the temp table `entitlement`: programmes of every household of the facts, and beside them its level where there is a scale. */
async function judge(session: Session, frame: Frame): Promise<void> {
  const programmes = entitlementSelect(frame, frame, "entitlement_family", "household_key, household_id");
  if (frame.scale === undefined) return session.script(`create or replace temp table entitlement as ${programmes}`);
  const level = levelSelect(frame.scale, frame.terms, frame, "entitlement_family", "household_key, published_level");
  await session.script(`
    create or replace temp table entitlement as
    select e.*, l.* exclude (household_key) from (${programmes}) as e join (${level}) as l on l.household_key = e.household_key`);
}

/** How many levels are known, and how they stand to those that the Map published: the same, another than it can be, or still open. */
function levelCounts(session: Session): Promise<Record<string, number>> {
  return session.row<Record<string, number>>(`
    select
      count(level)::integer as levels,
      (count(*) filter (where level = published_level))::integer as levels_as_published,
      (count(*) filter (where published_level not between level_best and level_worst))::integer as levels_not_as_published,
      (count(*) filter (where level is null and published_level between level_best and level_worst))::integer as levels_open
    from entitlement`);
}

async function writeFile(session: Session, file: BucketFile, directory: string): Promise<number> {
  const name = fileName(file);
  await session.copyToParquet(
    `select * exclude (household_key) from entitlement_family where ${ofFile(file)} order by household_id`,
    join(directory, "facts", name),
  );
  await session.copyToParquet(
    `select e.household_id, m.* exclude (household_key, person_id)
     from entitlement_member as m
     join entitlement as e on e.household_key = m.household_key
     where e.tsa_state <> 'not_by_registers' and ${ofFile(file, "m.household_key")}
     order by e.household_id, m.place`,
    join(directory, "members", name),
  );
  return session.copyToParquet(
    `select * exclude (household_key) from entitlement where ${ofFile(file)} order by household_id`,
    join(directory, name),
  );
}
