import { UserError } from "../domain/errors.ts";
import { freeBatch, inputNamesOf, planInputs } from "./external-inputs.ts";
import { planOutput } from "./external-output.ts";
import type { ExternalPlan } from "./external-plan.ts";
import { ExternalSettings, readSettings } from "./external-settings.ts";
import { decodeOnnx, type OnnxModel } from "./onnx-format.ts";
import { loadProblem } from "./onnx-problems.ts";
import { withoutZipMaps } from "./onnx-zipmap.ts";
import { Scorer } from "./scorer.ts";

/** A model made elsewhere, ready to be run. */
export interface ExternalModel {
  /** The file's bytes without its ZipMap nodes. */
  onnx: Uint8Array;
  plan: ExternalPlan;
}

/** The content of a model file; a UserError when it is none, or was cut off. */
export function decodeModel(onnx: Uint8Array, path: string): OnnxModel {
  try {
    return decodeOnnx(onnx);
  } catch (cause) {
    throw new UserError(
      "bad_model",
      `${path} is no ONNX model, or was cut off (${onnx.length} bytes): ${(cause as Error).message}; export or copy it again`,
      {
        cause,
      },
    );
  }
}

/**
 * A model file of another maker, understood. `--features` tells what the file does not: the columns, and what its output means.
 * Whatever does not fit is a UserError that names the file, what is wrong and how to export it again.
 */
export function readExternal(onnx: Uint8Array, path: string, settings: ExternalSettings): ExternalModel {
  const model = decodeModel(onnx, path);
  if (inputNamesOf(model).length === 0)
    throw new UserError("foreign_model", `${path} takes no input; export the fitted model, not a part of it`);
  const { inputs, batch } = planInputs(model, settings.features, path);
  return { onnx: withoutZipMaps(onnx, model), plan: { inputs, ...planOutput(model, settings, path), batch } };
}

/** The bytes of a stored model as they are run. */
export function runnable({ onnx }: Pick<ExternalModel, "onnx">): Uint8Array {
  return withoutZipMaps(onnx, decodeOnnx(onnx));
}

/** What a `--features` file says of a model file. */
export function settingsFor(onnx: Uint8Array, path: string, file: string | undefined): ExternalSettings {
  return file === undefined ? {} : readSettings(file, inputNamesOf(decodeModel(onnx, path)), ExternalSettings);
}

/** Refuses a file that takes a fixed number of rows, unless it was asked to be run by so many. */
export function requireFreeBatch({ plan }: ExternalModel, path: string, isAllowed: boolean): void {
  if (plan.batch === null || isAllowed) return;
  const rows = plan.batch === 1 ? "one row" : `${plan.batch} rows`;
  throw new UserError("fixed_batch", `${path} takes exactly ${rows} at once; ${freeBatch}, or run it so with --row-by-row (slow)`);
}

/** A scorer whose model is loaded; a file that onnxruntime cannot load is a UserError that says why, and how to export it. */
export async function startScorer({ onnx, plan }: ExternalModel, path: string, workers: number): Promise<Scorer> {
  const scorer = new Scorer(onnx, workers, plan);
  return scorer.loaded().then(
    () => scorer,
    async (cause: Error) => {
      await scorer.close();
      throw new UserError("bad_model", `${path}: ${loadProblem(cause.message)}`, { cause });
    },
  );
}
