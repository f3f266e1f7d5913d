import { join } from "node:path";
import { ofHouseholds } from "../features/of-households.ts";
import { createNeedTables, needParameters } from "../need/build.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { fileName, filesAt, inGroups, keysOf, ofFile } from "./bucket-files.ts";
import type { Step } from "./step.ts";

/** What every household needs at `as_of`, from its income, minimum standards and, with consent, its spending: Parquet files by bucket. */
export const measureNeed: Step = {
  name: "need",
  async run(context) {
    const cut = { asOf: context.manifest.as_of, snapshot: context.manifest.snapshot.load_id };
    const session = await context.openKnown();
    try {
      const parameters = await needParameters(session, readDeployment(context.deploymentFile), cut);
      let households = 0;
      for (const group of inGroups(await filesAt(session, cut), context.partitions)) {
        await ofHouseholds(session, keysOf(group), () => createNeedTables(session, parameters));
        for (const file of group) {
          households += await session.copyToParquet(
            `select * exclude (household_key) from need where ${ofFile(file)} order by household_id`,
            join(context.outputDirectory, fileName(file)),
          );
          context.progress(file[1], bucketCount);
        }
      }
      return { households };
    } finally {
      session.close();
    }
  },
};
