import { nightly } from "../../pipelines/nightly.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Pipeline } from "../steps/step.ts";

/** Every pipeline there is. */
export const pipelines: readonly Pipeline[] = [nightly];

/** The pipeline of that name; a UserError names what there is. */
export function pipelineNamed(name: string): Pipeline {
  const found = pipelines.find((pipeline) => pipeline.name === name);
  if (found !== undefined) return found;
  const names = pipelines.map((pipeline) => pipeline.name);
  throw new UserError("unknown_pipeline", `there is no pipeline "${name}"${didYouMean(name, names)}; there is: ${names.join(", ")}`, {
    exitCode: 2,
  });
}
