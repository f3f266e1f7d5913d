import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { pipelineNamed } from "./pipelines.ts";
import type { Requested, RunRequests } from "./requests.ts";
import type { RunOptions } from "./run-parts.ts";
import type { TaskPlace } from "./task.ts";
import { enterPulled, pullSources } from "./work.ts";

/** What pulling and asking for a run takes. */
export interface RequestParts {
  options: Omit<RunOptions, "asOf">;
  place: TaskPlace;
  requests: Pick<RunRequests, "request">;
}

/** Pulls the deployment's sources, asks for a run, and enters in its ledger what became of them. A source that fails does not stop the run. */
export async function pullAndRequest(
  { options, place, requests }: RequestParts,
  { pipeline, asOf }: { pipeline: string; asOf: IsoDate },
  signal: AbortSignal,
): Promise<Requested> {
  const { sources } = readDeployment(options.deploymentFile);
  const pulled = await pullSources(place, sources, { timeLimitSeconds: pipelineNamed(pipeline).stepTimeLimitSeconds, signal });
  if (signal.aborted) throw new UserError("stopped", `${pipeline} as of ${asOf} was stopped before it was begun`);
  const requested = await requests.request(pipeline, asOf);
  enterPulled(options.data, requested.run_id, pulled, options.now());
  return requested;
}
