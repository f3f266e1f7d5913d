import { join } from "node:path";
import { fileName, filesFor } from "../../src/steps/bucket-files.ts";
import type { Session } from "../../src/warehouse/session.ts";

/** Writes a relation with household_id as steps do: Parquet files by the buckets of its ids, as for few households. */
export async function writeBuckets(session: Session, relation: string, directory: string): Promise<void> {
  for (const file of filesFor(0))
    await session.copyToParquet(
      `select * from ${relation} where ('0x' || household_id[1:2])::integer // 4 between ${file[0]} and ${file[1] - 1} order by household_id`,
      join(directory, fileName(file)),
    );
}
