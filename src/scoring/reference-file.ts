import { join } from "node:path";
import { canonicalJson, sha256 } from "../domain/canonical.ts";
import { Reference } from "../monitoring/reference.ts";
import { readBoundFile } from "./bound-file.ts";
import type { ModelManifest } from "./manifest.ts";
import type { OwnModel } from "./pack-model.ts";

/** What the rows looked like that a model learned from, beside its manifest. */
export const referenceFile = "reference.json";

/** The text of the file. */
export function referenceText(reference: Reference): string {
  return `${canonicalJson(reference)}\n`;
}

/** The model with its reference, bound to the manifest by hash. */
export function withReference<Model extends OwnModel>(model: Model, reference: Reference): Model {
  return { ...model, manifest: { ...model.manifest, reference_sha256: sha256(referenceText(reference)) }, reference };
}

/** The reference that a manifest names; undefined when it names none. A UserError when the file is gone or was changed. */
export function readReference(
  { reference_sha256: hash }: Pick<ModelManifest, "reference_sha256">,
  directory: string,
): Reference | undefined {
  if (hash === undefined) return undefined;
  return Reference.parse(JSON.parse(readBoundFile(join(directory, referenceFile), hash)));
}
