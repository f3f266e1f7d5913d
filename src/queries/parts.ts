import type { ModelStanding } from "../cases/model-states.ts";
import type { Deployment } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { PublishedRuns } from "./published-runs.ts";

/** What queries read from. */
export interface Sources {
  data: DataDirectory;
  deployment: Deployment;
  published: PublishedRuns;
  now(): Date;
  /** By model id, what every model whose state was ever changed is for; any other is a candidate. */
  standings(): Promise<ReadonlyMap<string, ModelStanding>>;
}
