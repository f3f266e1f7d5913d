import { existsSync, readFileSync } from "node:fs";
import { sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";

/** The text of a file that a manifest names by its SHA-256. A UserError when the file is gone or was changed. */
export function readBoundFile(path: string, hash: string): string {
  if (!existsSync(path)) throw new UserError("no_model", `${path} is missing; restore it`);
  const text = readFileSync(path, "utf8");
  if (sha256(text) !== hash)
    throw new UserError(
      "model_hash",
      `${path} has SHA-256 ${sha256(text)}, but the manifest says ${hash}: the file was changed; restore it`,
    );
  return text;
}
