import { join } from "node:path";
import { ofHouseholds } from "../features/of-households.ts";
import { createNeedTables, needParameters } from "../need/build.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { groupsOfBuckets, inBucket, keyRange } from "./build-features.ts";
import type { Step } from "./step.ts";

/** What every household needs at `as_of`, from its income, minimum standards and, with consent, its spending: one Parquet file per bucket. */
export const measureNeed: Step = {
  name: "need",
  async run(context) {
    const cut = { asOf: context.manifest.as_of, snapshot: context.manifest.snapshot.load_id };
    const session = await context.openKnown();
    try {
      const parameters = await needParameters(session, readDeployment(context.deploymentFile), cut);
      let households = 0;
      for (const [from, until] of groupsOfBuckets(context.partitions)) {
        await ofHouseholds(session, keyRange(from, until), () => createNeedTables(session, parameters));
        for (let bucket = from; bucket < until; bucket++) {
          households += await session.copyToParquet(
            `select * exclude (household_key) from need where ${inBucket(bucket)} order by household_id`,
            join(context.outputDirectory, `${String(bucket).padStart(2, "0")}.parquet`),
          );
          context.progress(bucket + 1, bucketCount);
        }
      }
      return { households };
    } finally {
      session.close();
    }
  },
};
