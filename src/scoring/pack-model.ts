import { sha256 } from "../domain/canonical.ts";
import type { Reference } from "../monitoring/reference.ts";
import { proveDirections } from "../training/boosting/monotone-proof.ts";
import type { BoostedModel } from "../training/boosting/tree.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import { type Boosted, boostedExplainer, boostedFiles, readBoosted } from "./boosted-files.ts";
import { type BoostedManifest, type ExternalManifest, type LogisticManifest, ModelManifest } from "./manifest.ts";
import { writeLogisticOnnx } from "./onnx-logistic.ts";
import { writeTreesOnnx } from "./onnx-trees.ts";

/** A model and its file, bound by the file's SHA-256. */
export type PackedModel = OwnModel | PackedExternal;
/** One that was fitted here. */
export type OwnModel = PackedLogistic | PackedBoosted;
export interface PackedLogistic extends Referenced {
  manifest: LogisticManifest;
  /** The bytes of model.onnx. */
  onnx: Uint8Array;
  boosted: null;
}
export interface PackedBoosted extends Referenced {
  manifest: BoostedManifest;
  /** The bytes of model.onnx. */
  onnx: Uint8Array;
  boosted: Boosted;
}
/** One that was made elsewhere. */
export interface PackedExternal extends Referenced {
  manifest: ExternalManifest;
  /** The bytes of the file as it came. */
  onnx: Uint8Array;
  boosted: null;
}

interface Referenced {
  /** What its training rows looked like, where that was kept. */
  reference?: Reference;
}

export function isExternal<Model extends PackedModel>(model: Model): model is Model & PackedExternal {
  return model.manifest.kind === "external";
}

/** What a manifest says beyond the model's own numbers and the file's hash. */
export type ModelStatement = Omit<LogisticManifest, "format" | "id" | "kind" | "features" | "base"> & {
  directions?: Readonly<Record<string, "+" | "-" | "free">>;
  /** Names of the features that need consent. */
  needConsent?: ReadonlySet<string>;
};

/** A logistic regression as ONNX and its manifest. */
export function packModel(model: LogisticModel, { directions, needConsent, ...statement }: ModelStatement): PackedLogistic {
  const onnx = writeLogisticOnnx(model, statement);
  const features = model.terms.map((term) => ({
    ...term,
    direction: directions?.[term.name] ?? "free",
    needs_consent: needConsent?.has(term.name) ?? false,
  }));
  const manifest = { ...statement, format: "aldyn-model/1", id: sha256(onnx), kind: "logistic", features, base: model.base };
  return { onnx, manifest: ModelManifest.parse(manifest) as LogisticManifest, boosted: null };
}

/** What the manifest of boosted trees says beyond what follows from the trees. */
export type BoostedStatement = Omit<
  BoostedManifest,
  "format" | "id" | "kind" | "features" | "base" | "trees" | "calibration" | "proofs" | "files"
>;

/** Boosted trees as ONNX, with their manifest and files; the directions are those they were fitted with, and proven here. */
export function packBoosted(boosted: Boosted, statement: BoostedStatement): PackedBoosted {
  const { model, calibration } = boosted;
  const onnx = writeTreesOnnx(boosted, statement);
  const files = boostedFiles(boosted);
  const gains = gainShares(model);
  const manifest: BoostedManifest = {
    ...statement,
    format: "aldyn-model/1",
    id: sha256(onnx),
    kind: "boosted",
    features: model.features.map((name, index) => ({
      name,
      direction: model.directions[index]!,
      needs_consent: false,
      gain_share: gains[index]!,
    })),
    base: boostedExplainer(boosted).base,
    trees: model.trees.length,
    calibration,
    proofs: proveDirections(model),
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)])),
  };
  return { onnx, manifest: ModelManifest.parse(manifest) as BoostedManifest, boosted: readBoosted(files, statement.name) };
}

function gainShares({ features, trees }: BoostedModel): number[] {
  const gains = features.map(() => 0);
  for (const { feature, gain } of trees)
    feature.forEach((each, node) => {
      if (each >= 0) gains[each]! += gain[node]!;
    });
  const all = gains.reduce((sum, gain) => sum + gain, 0);
  return gains.map((gain) => (all === 0 ? 0 : gain / all));
}
