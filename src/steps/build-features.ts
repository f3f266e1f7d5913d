import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../domain/project-files.ts";
import { createFeaturesInContext, type FeatureOptions } from "../features/build.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { clockParameters } from "../features/clock.ts";
import { createContext } from "../features/context.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { type BucketFile, fileName, filesAt, inGroups, keysOf, ofFile } from "./bucket-files.ts";
import type { Step } from "./step.ts";

/** What is known of every household at `as_of`: Parquet files by bucket, ordered by household; protected traits apart under `audit/`. */
export const buildFeatures: Step = {
  name: "features",
  async run(context) {
    const cut = { asOf: context.manifest.as_of, snapshot: context.manifest.snapshot.load_id };
    const catalogue = readCatalogue(readDeployment(context.deploymentFile).features);
    const auditSelect = readFileSync(projectFile("sql/audit/audit.sql"), "utf8");
    mkdirSync(join(context.outputDirectory, "audit"), { recursive: true });
    const session = await context.openKnown();
    try {
      const parameters = await clockParameters(session, cut);
      await createContext(session, parameters);
      let households = 0;
      let features = 0;
      const files = await filesAt(session, cut);
      for (const group of inGroups(files, context.partitions)) {
        const options: FeatureOptions = { ...cut, catalogue, ...keysOf(group) };
        const columns = await createFeaturesInContext(session, options, parameters);
        await session.run(`create or replace temp table audit as ${auditSelect}`, parameters);
        for (const file of group) {
          households += await writeFile(session, file, context.outputDirectory);
          context.progress(file[1], bucketCount);
        }
        features = columns.length;
      }
      return { households, features };
    } finally {
      session.close();
    }
  },
};

async function writeFile(session: Session, file: BucketFile, directory: string): Promise<number> {
  await session.copyToParquet(
    `select a.* from audit as a join cohort as h using (household_id) where ${ofFile(file)} order by household_id`,
    join(directory, "audit", fileName(file)),
  );
  return session.copyToParquet(
    `select * exclude (household_key) from features where ${ofFile(file)} order by household_id`,
    join(directory, fileName(file)),
  );
}
