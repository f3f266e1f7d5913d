import { fileURLToPath } from "node:url";

/** Absolute path of a file that ships with the project, given from its root: `projectFile("sql/known.sql")`. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
