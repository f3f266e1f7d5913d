import { z } from "zod";
import { runStates } from "../queries/runs.ts";
import { Day, Id, Model, pageWith } from "./schemas.ts";

const Counts = z.record(z.string(), z.number());
const run = {
  run_id: Id,
  pipeline: z.string(),
  as_of: Day,
  state: z.enum(runStates),
  model: Model,
  requested_at: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  is_current: z.boolean(),
};
export const Runs = pageWith(z.strictObject(run));
export const Run = z.strictObject({
  ...run,
  steps: z.array(
    z.strictObject({
      step: z.string(),
      state: z.enum(["waiting", "running", "finished", "failed"]),
      started_at: z.string().nullable(),
      seconds: z.number().nullable(),
      share: z.number(),
      counts: Counts,
      error: z.string().nullable(),
    }),
  ),
  sources: z.array(z.strictObject({ source: z.string(), error: z.string().nullable() })),
  manifest: z.record(z.string(), z.unknown()),
});
export const RunRequest = z.strictObject({ pipeline: z.string().min(1).max(50), as_of: Day });
export const Requested = z.strictObject({ run_id: Id, state: z.enum(["requested", "under_way", "finished"]) });
