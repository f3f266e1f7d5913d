import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonicalJson, sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { modelCard } from "./card.ts";
import { ModelManifest, modelOf } from "./manifest.ts";
import { readMetadata } from "./onnx-graph.ts";
import { differingParameters, writeLogisticOnnx } from "./onnx-logistic.ts";

/** A model as it was read and checked. */
export interface StoredModel {
  directory: string;
  manifest: ModelManifest;
  /** The bytes of model.onnx. */
  onnx: Uint8Array;
}

/** What a manifest says beyond the model's own numbers and the file's hash. */
export type ModelStatement = Omit<ModelManifest, "format" | "id" | "kind" | "features" | "base"> & {
  directions?: Readonly<Record<string, "+" | "-" | "free">>;
  /** Names of the features that need consent. */
  needConsent?: ReadonlySet<string>;
};

/** The model as ONNX and its manifest, bound by the file's SHA-256. */
export function packModel(model: LogisticModel, { directions, needConsent, ...statement }: ModelStatement): Omit<StoredModel, "directory"> {
  const onnx = writeLogisticOnnx(model, statement);
  const features = model.terms.map((term) => ({
    ...term,
    direction: directions?.[term.name] ?? "free",
    needs_consent: needConsent?.has(term.name) ?? false,
  }));
  const manifest = { ...statement, format: "aldyn-model/1", id: sha256(onnx), kind: "logistic", features, base: model.base };
  return { onnx, manifest: ModelManifest.parse(manifest) };
}

/** Writes model.onnx, manifest.json and card.md as one directory: whole, or not at all. One that stands there is replaced. */
export function writeModel({ onnx, manifest }: Omit<StoredModel, "directory">, directory: string): StoredModel {
  const [fresh, old] = [`${directory}.partial-${process.pid}`, `${directory}.old-${process.pid}`];
  mkdirSync(dirname(directory), { recursive: true });
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  writeFileSync(join(fresh, "model.onnx"), onnx);
  writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(JSON.parse(canonicalJson(manifest)), null, 2)}\n`);
  writeFileSync(join(fresh, "card.md"), modelCard(manifest));
  if (existsSync(directory)) renameSync(directory, old);
  renameSync(fresh, directory);
  rmSync(old, { recursive: true, force: true });
  return { directory, manifest, onnx };
}

/** Keeps a model in the data directory, under its id. */
export function storeModel(data: DataDirectory, model: Omit<StoredModel, "directory">): StoredModel {
  return writeModel(model, join(data.models, model.manifest.id));
}

/** The shipped demo model, fitted on the sample population. */
export function demoModelDirectory(): string {
  return projectFile("models/demo");
}

/** Ids of the models in the data directory, in order of id. */
export function modelIds(data: DataDirectory): string[] {
  if (!existsSync(data.models)) return [];
  return readdirSync(data.models)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .sort();
}

/** The model of an id (or of the beginning of one), from the data directory or the shipped demo model, checked against its hash. */
export function readModel(data: DataDirectory, id: string): StoredModel {
  const matching = modelIds(data).filter((each) => each.startsWith(id));
  if (matching.length > 1)
    throw new UserError("ambiguous_model", `${id} begins the ids of ${matching.length} models; give more of it: ${matching.join(", ")}`);
  if (matching[0] !== undefined) return readModelDirectory(join(data.models, matching[0]), matching[0]);
  if (existsSync(join(demoModelDirectory(), "manifest.json"))) {
    const demo = readModelDirectory(demoModelDirectory());
    if (demo.manifest.id.startsWith(id)) return demo;
  }
  throw new UserError("no_model", `there is no model ${id} in ${data.models}; see: npx aldyn model list --data ${data.root}`);
}

/** A model from its directory. A UserError names what is missing, or what of the manifest is not what model.onnx holds. */
export function readModelDirectory(directory: string, wantedId?: string): StoredModel {
  const manifest = readManifest(directory);
  const path = join(directory, "model.onnx");
  if (!existsSync(path)) throw new UserError("no_model", `${path} is missing; a model is a directory with model.onnx and manifest.json`);
  const onnx = new Uint8Array(readFileSync(path));
  const id = sha256(onnx);
  if (manifest.id !== id || (wantedId !== undefined && wantedId !== id))
    throw new UserError(
      "model_hash",
      `${path} has SHA-256 ${id}, but the model is ${wantedId ?? manifest.id}: the file was changed; restore it`,
    );
  requireSameModel(manifest, onnx, directory);
  return { directory, manifest, onnx };
}

function readManifest(directory: string): ModelManifest {
  const path = join(directory, "manifest.json");
  if (!existsSync(path)) throw new UserError("no_model", `${path} is missing; a model is a directory with model.onnx and manifest.json`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UserError("bad_manifest", `${path}: ${(cause as Error).message}`, { cause });
  }
  const result = ModelManifest.safeParse(content);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.map(String).join(".") || "the file"}: ${issue.message}`);
  throw new UserError("bad_manifest", `${path}: ${issues.join("; ")}`);
}

/** Refuses a manifest that does not speak of this file. */
function requireSameModel(manifest: ModelManifest, onnx: Uint8Array, directory: string): void {
  const difference = differenceOf(manifest, onnx);
  if (difference !== undefined)
    throw new UserError(
      "model_mismatch",
      `${join(directory, "manifest.json")}: ${difference}; restore the manifest that was written with model.onnx`,
    );
}

/** The first thing that the manifest says otherwise than the file: order of features, name, label, horizon, numbers. */
function differenceOf(manifest: ModelManifest, onnx: Uint8Array): string | undefined {
  const said = readMetadata(onnx);
  if (said === null) return "model.onnx does not name its features";
  const names = manifest.features.map((feature) => feature.name);
  for (let place = 0; place < Math.max(names.length, said.features.length); place++)
    if (names[place] !== said.features[place])
      return `feature ${place + 1} is ${names[place] ?? "absent"}, but model.onnx takes ${said.features[place] ?? "no more"} there`;
  for (const key of ["name", "label", "horizon_months"] as const)
    if (said[key] !== manifest[key]) return `${key} is ${manifest[key]}, but model.onnx says ${said[key]}`;
  const differing = differingParameters(onnx, modelOf(manifest));
  return differing.length === 0 ? undefined : `${differing.join(", ")} differ from those in model.onnx`;
}
