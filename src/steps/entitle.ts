import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { entitlementSelect } from "../entitlement/compile.ts";
import { createFactContext, createFactsInContext, factParameters } from "../entitlement/facts.ts";
import { frameOf } from "../entitlement/frame.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { groupsOfBuckets, inBucket, keyRange } from "./build-features.ts";
import type { Step } from "./step.ts";

/**
 * Says of every household and programme what it may be entitled to: one Parquet file per bucket, ordered by household; the facts apart under
 * `facts/`, under `members/` the members of families that TSA may be for, and by what was judged in `frame.json`. Reads no score.
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
      writeFileSync(join(context.outputDirectory, "frame.json"), canonicalJson(frame));
      let households = 0;
      for (const [from, until] of groupsOfBuckets(context.partitions)) {
        await createFactsInContext(session, { ...cut, ...keyRange(from, until) }, parameters);
        const select = entitlementSelect(frame, frame, "entitlement_family", "household_key, household_id");
        await session.run(`create or replace temp table entitlement as ${select}`);
        for (let bucket = from; bucket < until; bucket++) {
          households += await writeBucket(session, bucket, context.outputDirectory);
          context.progress(bucket + 1, bucketCount);
        }
      }
      return { households, programmes: frame.programmes.length };
    } finally {
      session.close();
    }
  },
};

async function writeBucket(session: Session, bucket: number, directory: string): Promise<number> {
  const file = `${String(bucket).padStart(2, "0")}.parquet`;
  await session.copyToParquet(
    `select * exclude (household_key) from entitlement_family where ${inBucket(bucket)} order by household_id`,
    join(directory, "facts", file),
  );
  await session.copyToParquet(
    `select e.household_id, m.* exclude (household_key, person_id)
     from entitlement_member as m
     join entitlement as e on e.household_key = m.household_key
     where e.tsa_state <> 'not_by_registers' and ${inBucket(bucket, "m.household_key")}
     order by e.household_id, m.place`,
    join(directory, "members", file),
  );
  return session.copyToParquet(
    `select * exclude (household_key) from entitlement where ${inBucket(bucket)} order by household_id`,
    join(directory, file),
  );
}
