import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { sha256 } from "./canonical.ts";

/** SHA-256 of files by their path below a directory, in order of path. */
export type FileHashes = Readonly<Record<string, string>>;

/** SHA-256 of each file named, and of each file below each directory named, by path relative to `base`, in order of path. */
export function hashFiles(paths: readonly string[], base: string): FileHashes {
  const files = paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
          .map((entry) => join(path, entry))
          .filter((entry) => statSync(entry).isFile())
      : [path],
  );
  return Object.fromEntries(
    files.map((file) => [relative(base, file), sha256(readFileSync(file))] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
