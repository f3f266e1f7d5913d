import type { Deployment } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { PublishedRuns } from "./published-runs.ts";

/** What queries read from. */
export interface Sources {
  data: DataDirectory;
  deployment: Deployment;
  published: PublishedRuns;
  now(): Date;
  /** The id of the champion; null when none is promoted. */
  champion(): Promise<string | null>;
}
