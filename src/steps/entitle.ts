import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { entitlementSelect } from "../entitlement/compile.ts";
import { createFactContext, createFactsInContext, factParameters } from "../entitlement/facts.ts";
import { frameOf } from "../entitlement/frame.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { type BucketFile, fileName, filesAt, inGroups, keysOf, ofFile } from "./bucket-files.ts";
import type { Step } from "./step.ts";

/**
 * Says of every household and programme what it may be entitled to: Parquet files by bucket, ordered by household; the facts apart under
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
      for (const group of inGroups(await filesAt(session, cut), context.partitions)) {
        await createFactsInContext(session, { ...cut, ...keysOf(group) }, parameters);
        const select = entitlementSelect(frame, frame, "entitlement_family", "household_key, household_id");
        await session.run(`create or replace temp table entitlement as ${select}`);
        for (const file of group) {
          households += await writeFile(session, file, context.outputDirectory);
          context.progress(file[1], bucketCount);
        }
      }
      return { households, programmes: frame.programmes.length };
    } finally {
      session.close();
    }
  },
};

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
