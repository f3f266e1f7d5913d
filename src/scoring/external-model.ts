import { InferenceSession } from "onnxruntime-node";
import { UserError } from "../domain/errors.ts";
import { freeBatch, inputNamesOf, planInputs } from "./external-inputs.ts";
import { planOutput } from "./external-output.ts";
import type { ExternalPlan } from "./external-plan.ts";
import { withoutSource } from "./external-run.ts";
import { ExternalSettings, readSettings } from "./external-settings.ts";
import { decodeOnnx, type OnnxModel } from "./onnx-format.ts";
import { withoutZipMaps } from "./onnx-zipmap.ts";

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
 * A model file of another maker, understood and loaded once. `--features` tells what the file does not: the columns, and what its output means.
 * Whatever does not fit is a UserError that names the file, what is wrong and how to export it again.
 */
export async function readExternal(onnx: Uint8Array, path: string, settings: ExternalSettings): Promise<ExternalModel> {
  const model = decodeModel(onnx, path);
  if (inputNamesOf(model).length === 0)
    throw new UserError("foreign_model", `${path} takes no input; export the fitted model, not a part of it`);
  const runnable = withoutZipMaps(onnx, model);
  await requireLoadable(runnable, path);
  const { inputs, batch } = planInputs(model, settings.features, path);
  return { onnx: runnable, plan: { inputs, ...planOutput(model, settings, path), batch } };
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

async function requireLoadable(onnx: Uint8Array, path: string): Promise<void> {
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 4 }).catch((cause: Error) => {
    throw new UserError("bad_model", `${path}: ${loadProblem(cause.message)}`, { cause });
  });
  await session.release();
}

/** onnxruntime's refusals in words, by what their text holds. */
const refusals: readonly [RegExp, (found: RegExpExecArray) => string][] = [
  [
    /Opset (\d+) is under development.*domain (\S+) is till opset (\d+)/s,
    ([, version, domain, most]) =>
      `it uses opset ${version} of ${domain}, newer than ${most}, the last that is known here; export it with target_opset=${most} or lower`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    ([, version, most]) =>
      `it has IR version ${version}, newer than ${most}, the last that is known here; export it with an older onnx package, or set ir_version to ${most} or lower`,
  ],
  [/Missing model IR version/, () => "it says no IR version: it was cut off, or is no whole model; export it again"],
  [
    /No Op registered for (\S+) with domain_version of (-?\d+)/,
    ([, name, version]) =>
      `operator ${name} is not known in opset ${version}; export it with standard operators (ai.onnx, ai.onnx.ml) of that opset`,
  ],
  [
    /No opset import for domain '?([^'\s]*)'?|(\S+)\(-?\d+\) is not a registered function\/op/,
    ([, domain, name]) =>
      `its operators of ${domain ?? name} are not known here; export it with standard operators (ai.onnx, ai.onnx.ml) only`,
  ],
  [/protobuf parsing failed|data pointer is null/i, () => "it is no ONNX model, or was cut off; export or copy it again"],
  [
    /external data|External data/,
    () => "its numbers stand in a second file, which is not taken; export it as one file (save_as_external_data=False)",
  ],
];

function loadProblem(message: string): string {
  for (const [pattern, say] of refusals) {
    const found = pattern.exec(message);
    if (found !== null) return say(found);
  }
  return `it is a broken model: ${withoutSource(message)}; export it again`;
}
