import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonicalJson, sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { boostedFiles, readBoosted } from "./boosted-files.ts";
import { readBoundFile } from "./bound-file.ts";
import { modelCard } from "./card.ts";
import { type BoostedManifest, ModelManifest, modelOf, type OwnManifest } from "./manifest.ts";
import { readMetadata } from "./onnx-graph.ts";
import { differingParameters } from "./onnx-logistic.ts";
import { differingTrees } from "./onnx-trees.ts";
import type { PackedModel } from "./pack-model.ts";
import { readReference, referenceFile, referenceText } from "./reference-file.ts";

/** A model as it was read and checked. */
export type StoredModel = PackedModel & { directory: string };

/** Writes the model's file, manifest, card and what else it has as one directory: whole, or not at all. One that stands there is replaced. */
export function writeModel<Model extends PackedModel>(model: Model, directory: string): Model & { directory: string } {
  const { onnx, manifest, boosted, reference } = model;
  const [fresh, old] = [`${directory}.partial-${process.pid}`, `${directory}.old-${process.pid}`];
  mkdirSync(dirname(directory), { recursive: true });
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  writeFileSync(join(fresh, "model.onnx"), onnx);
  writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(JSON.parse(canonicalJson(manifest)), null, 2)}\n`);
  writeFileSync(join(fresh, "card.md"), modelCard(manifest));
  if (boosted !== null) for (const [name, text] of Object.entries(boostedFiles(boosted))) writeFileSync(join(fresh, name), text);
  if (reference !== undefined) writeFileSync(join(fresh, referenceFile), referenceText(reference));
  if (existsSync(directory)) renameSync(directory, old);
  renameSync(fresh, directory);
  rmSync(old, { recursive: true, force: true });
  return { ...model, directory };
}

/** Keeps a model in the data directory, under its id. */
export function storeModel<Model extends PackedModel>(data: DataDirectory, model: Model): Model & { directory: string } {
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
  const found = readReference(manifest, directory);
  const reference = found === undefined ? {} : { reference: found };
  if (manifest.kind === "external") return { directory, manifest, onnx, boosted: null, ...reference };
  requireAgreement(namesDifference(manifest, onnx), directory);
  if (manifest.kind === "logistic") {
    requireAgreement(differing(differingParameters(onnx, modelOf(manifest))), directory);
    return { directory, manifest, onnx, boosted: null, ...reference };
  }
  const boosted = readBoosted(boundFiles(manifest, directory), directory);
  requireAgreement(differing(differingTrees(onnx, boosted)), directory);
  return { directory, manifest, onnx, boosted, ...reference };
}

/** The files that a manifest names, checked against their hashes. */
function boundFiles({ files }: BoostedManifest, directory: string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, hash]) => [name, readBoundFile(join(directory, name), hash)]));
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

/** Refuses a manifest that says something other than its file. */
function requireAgreement(difference: string | undefined, directory: string): void {
  if (difference !== undefined)
    throw new UserError(
      "model_mismatch",
      `${join(directory, "manifest.json")}: ${difference}; restore the manifest that was written with model.onnx`,
    );
}

/** The first thing that the manifest names otherwise than the file: order of features, name, label, horizon. */
function namesDifference(manifest: OwnManifest, onnx: Uint8Array): string | undefined {
  const said = readMetadata(onnx);
  if (said === null) return "model.onnx does not name its features";
  const names = manifest.features.map((feature) => feature.name);
  for (let place = 0; place < Math.max(names.length, said.features.length); place++)
    if (names[place] !== said.features[place])
      return `feature ${place + 1} is ${names[place] ?? "absent"}, but model.onnx takes ${said.features[place] ?? "no more"} there`;
  for (const key of ["name", "label", "horizon_months"] as const)
    if (said[key] !== manifest[key]) return `${key} is ${manifest[key]}, but model.onnx says ${said[key]}`;
  return undefined;
}

function differing(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `${names.join(", ")} differ from those in model.onnx`;
}
