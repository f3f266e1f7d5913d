import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../domain/project-files.ts";
import { createFeaturesInContext, type FeatureOptions } from "../features/build.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { clockParameters } from "../features/clock.ts";
import { createContext } from "../features/context.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount, keysPerBucket } from "../warehouse/warehouse.ts";
import type { Step } from "./step.ts";

/** What is known of every household at `as_of`: one Parquet file per bucket, ordered by household; protected traits apart under `audit/`. */
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
      for (const [from, until] of groupsOfBuckets(context.partitions)) {
        const options: FeatureOptions = { ...cut, catalogue, ...keyRange(from, until) };
        const columns = await createFeaturesInContext(session, options, parameters);
        await session.run(`create or replace temp table audit as ${auditSelect}`, parameters);
        for (let bucket = from; bucket < until; bucket++) {
          households += await writeBucket(session, bucket, context.outputDirectory);
          context.progress(bucket + 1, bucketCount);
        }
        features = columns.length;
      }
      return { households, features };
    } finally {
      session.close();
    }
  },
};

/** The 64 buckets in `partitions` groups of neighbours, as [from, until). */
export function groupsOfBuckets(partitions: number): [number, number][] {
  const groups = Math.min(Math.max(partitions, 1), bucketCount);
  const start = (group: number) => Math.floor((group * bucketCount) / groups);
  return Array.from({ length: groups }, (_, group) => [start(group), start(group + 1)]);
}

/** The keys of the buckets [from, until); all keys need no bounds. */
export function keyRange(from: number, until: number): Pick<FeatureOptions, "keysFrom" | "keysUntil"> {
  return from === 0 && until === bucketCount ? {} : { keysFrom: from * keysPerBucket, keysUntil: until * keysPerBucket };
}

/** Which rows of a table with household_key belong to a bucket. */
export function inBucket(bucket: number, key = "household_key"): string {
  return `${key} >= ${bucket * keysPerBucket} and ${key} < ${(bucket + 1) * keysPerBucket}`;
}

async function writeBucket(session: Session, bucket: number, directory: string): Promise<number> {
  const file = `${String(bucket).padStart(2, "0")}.parquet`;
  await session.copyToParquet(
    `select a.* from audit as a join cohort as h using (household_id) where ${inBucket(bucket)} order by household_id`,
    join(directory, "audit", file),
  );
  return session.copyToParquet(
    `select * exclude (household_key) from features where ${inBucket(bucket)} order by household_id`,
    join(directory, file),
  );
}
