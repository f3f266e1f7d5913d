import { readFileSync } from "node:fs";
import { sha256 } from "../../src/domain/canonical.ts";
import { projectFile } from "../../src/domain/project-files.ts";
import type { ExternalPlan } from "../../src/scoring/external-plan.ts";
import { type ExternalManifest, ModelManifest } from "../../src/scoring/manifest.ts";
import { decodeOnnx, encodeOnnx, type OnnxModel, type OnnxNode } from "../../src/scoring/onnx-format.ts";
import type { PackedExternal } from "../../src/scoring/pack-model.ts";
import { smallStatement } from "./models.ts";

/** A model that a library fitted, as its exporter writes it, beside rows and the library's own probabilities (test/goldens/onnx-models.py). */
export interface Golden {
  columns: string[];
  rows: (number | string | null)[][];
  probability: number[];
  /** In base64. */
  onnx: string;
}

export const { models: goldens } = JSON.parse(readFileSync(projectFile("test/goldens/onnx-models.json"), "utf8")) as {
  models: Record<string, Golden>;
};

export function golden(name: string): Golden {
  const found = goldens[name];
  if (found === undefined) throw new Error(`onnx-models.json has no ${name}`);
  return found;
}

/** The same with something changed in its file. */
export function changed(model: Golden, change: (content: OnnxModel) => void): Golden {
  const content = decodeOnnx(Buffer.from(model.onnx, "base64"));
  change(content);
  return { ...model, onnx: Buffer.from(encodeOnnx(content)).toString("base64") };
}

/** A model of one input per named column as the store keeps it: all that a promotion asks for is there. */
export function storable(onnx: string, inputs: ExternalPlan["inputs"], change: Partial<ExternalManifest> = {}): PackedExternal {
  const bytes = new Uint8Array(Buffer.from(onnx, "base64"));
  const { label, horizon_months, synthetic, quality, code_version } = smallStatement;
  const manifest: ExternalManifest = {
    ...{
      format: "aldyn-model/1",
      kind: "external",
      id: sha256(bytes),
      name: "elsewhere",
      base: null,
      training: null,
      file: "elsewhere.onnx",
      fitted_until: null,
    },
    ...{ label, horizon_months, synthetic, quality, code_version },
    features: inputs.flatMap(({ columns }) =>
      columns.map((name) => ({ name, direction: "+" as const, needs_consent: false, takes_unknown: true })),
    ),
    plan: { inputs, output: "p", column: 1, link: "identity", batch: null },
    sweeps: [{ feature: "children", direction: "+", rows: 10, steps: 30, violations: 0, worst: null }],
    ...change,
  };
  return { manifest: ModelManifest.parse(manifest) as ExternalManifest, onnx: bytes, boosted: null };
}

type Tensor = [name: string, elementType: number, width?: number];

/** A graph of standard operators over tables of any number of rows, in base64. */
export function tableModel(inputs: readonly Tensor[], node: OnnxNode[], output: Tensor): string {
  const value = ([name, elem_type, width = 1]: Tensor) => ({
    name,
    type: { tensor_type: { elem_type, shape: { dim: [{ dim_param: "N" }, { dim_value: width }] } } },
  });
  const graph = { name: "table", node, initializer: [], input: inputs.map(value), output: [value(output)] };
  const opset_import = [
    { domain: "", version: 17 },
    { domain: "ai.onnx.ml", version: 3 },
  ];
  return Buffer.from(encodeOnnx({ ir_version: 8, producer_name: "test", opset_import, metadata_props: [], graph })).toString("base64");
}
