import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { Cut } from "../features/clock.ts";
import type { HouseholdFilter } from "../features/of-households.ts";
import type { Session } from "../warehouse/session.ts";
import { bucketCount, keysPerBucket } from "../warehouse/warehouse.ts";

/** Neighbouring buckets in one file, which has its name from the first of them: [from, until). */
export type BucketFile = readonly [from: number, until: number];

/** Known households from which on every bucket has a file of its own. With fewer, opening and closing files takes longer than the work. */
export const manyHouseholds = 100_000;
const sharing = 8;

/** The files of a run in which so many households are known: of a bucket each, or of eight neighbours. */
export function filesFor(known: number): BucketFile[] {
  return filesOfSize(known < manyHouseholds ? sharing : 1);
}

/** The files of a run: the same for every step that reads the registry at a cut, whatever was loaded since. */
export async function filesAt(session: Session, { asOf, snapshot }: Cut): Promise<BucketFile[]> {
  const parameters = { as_of: asOf, snapshot };
  return filesFor(await session.value<number>("select count(*)::integer from known_household($as_of, $snapshot)", parameters));
}

/** The files that an earlier step has written into a directory; an error that names the first that is missing. */
export function filesIn(directory: string): BucketFile[] {
  const apart = filesOfSize(1).find(([from]) => from % sharing > 0 && existsSync(join(directory, fileName([from, from + 1]))));
  const files = filesOfSize(apart === undefined ? sharing : 1);
  const absent = files.map((file) => join(directory, fileName(file))).find((path) => !existsSync(path));
  if (absent !== undefined) throw new UserError("no_features", `${absent} is missing; the features of the run must be built first`);
  return files;
}

/** What the file is called. */
export const fileName = ([from]: BucketFile) => `${String(from).padStart(2, "0")}.parquet`;

/** Files in at most so many groups of neighbours. */
export function inGroups(files: readonly BucketFile[], most: number): BucketFile[][] {
  const groups = Math.min(Math.max(most, 1), files.length);
  const start = (group: number) => Math.floor((group * files.length) / groups);
  return Array.from({ length: groups }, (_, group) => files.slice(start(group), start(group + 1)));
}

/** The keys of a group's households; all keys need no bounds. */
export function keysOf(group: readonly BucketFile[]): HouseholdFilter {
  const [from, until] = [group[0]![0], group.at(-1)![1]];
  return from === 0 && until === bucketCount ? {} : { keysFrom: from * keysPerBucket, keysUntil: until * keysPerBucket };
}

/** Which rows of a table with household_key belong into a file. */
export function ofFile([from, until]: BucketFile, key = "household_key"): string {
  return `${key} >= ${from * keysPerBucket} and ${key} < ${until * keysPerBucket}`;
}

function filesOfSize(size: number): BucketFile[] {
  return Array.from({ length: bucketCount / size }, (_, index) => [index * size, (index + 1) * size] as const);
}
