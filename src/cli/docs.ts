import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { dataDictionary } from "../contract/data-dictionary.ts";
import { projectFile } from "../domain/project-files.ts";
import { readFamilies } from "../features/catalogue.ts";
import { featuresDocument } from "../features/features-document.ts";
import { projectLineage } from "../features/lineage.ts";
import { sourcesDocument } from "../sources/sources-document.ts";
import { type JsonFlag, jsonOption, print, type Register } from "./command.ts";

/** Documents that are made from the code, by path; a test fails when one is stale. */
export const documents: Readonly<Record<string, () => Promise<string>>> = {
  "docs/data-dictionary.md": async () => dataDictionary(),
  "docs/sources.md": async () => sourcesDocument(readFileSync(projectFile("docs/sources.md"), "utf8")),
  "docs/features.md": async () => {
    const families = readFamilies(projectFile("models/features"));
    return featuresDocument(families, await projectLineage(families.flatMap((family) => family.features)));
  },
};

/** `aldyn docs`: writes the generated documents again. */
export const register: Register = (program) => {
  program
    .command("docs")
    .description("write the documents, or parts of them, that are made from the code")
    .option("--out <dir>", "the directory below which docs/ stands", projectFile(""))
    .addOption(jsonOption)
    .action(async (flags: { out: string } & JsonFlag) => {
      const written: string[] = [];
      for (const [path, text] of Object.entries(documents)) {
        const file = resolve(flags.out, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, await text());
        written.push(path);
      }
      print({ written }, flags, () => written.join("\n"));
    });
};
