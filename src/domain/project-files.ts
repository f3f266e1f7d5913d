import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of a file that ships with the project, given from its root: `projectFile("sql/known.sql")`. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The version of the project, as package.json says. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string }).version;
}
