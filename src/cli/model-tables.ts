import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { strengthOf, type Table } from "../training/boosting/tables.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { modelNamed, type StoreFlags, withData } from "./model-store.ts";
import { progressLine } from "./progress.ts";
import { plotOf } from "./table-plots.ts";

interface TablesFlags extends StoreFlags {
  plots?: string;
}

/** `aldyn model tables`: a glass-box model taken apart, the strongest table first, and whether its directions are proven. */
export function registerTables(model: Command): void {
  withData(model.command("tables <model>").description("a model as a sum of tables of one and of two features, by id or directory"))
    .option("--plots <dir>", "draw each table as an SVG picture, in kk, ru and en, into this directory")
    .action(async (named: string, flags: TablesFlags) => {
      const { boosted, manifest } = modelNamed(dataDirectory(flags.data), named);
      if (boosted === null || boosted.tables === null)
        throw new UserError(
          "no_tables",
          `${manifest.name} is no sum of tables; boosted trees of depth 2 are (kind: boosted in --config of model fit)`,
        );
      const { base, tables } = boosted.tables;
      const ordered = tables.toSorted((a, b) => strengthOf(b) - strengthOf(a));
      if (flags.plots !== undefined) await drawTables(ordered, flags.plots);
      print({ id: manifest.id, name: manifest.name, base, tables: ordered, proofs: manifest.proofs }, flags, () => {
        const proofs = manifest.proofs.map(
          ({ feature, direction, by, failure }) => `  ${feature} ${direction} ${failure ?? `proven (${by})`}`,
        );
        const head = `${manifest.name} (${manifest.id.slice(0, 12)}): log-odds = ${base.toFixed(4)} + the sum of ${tables.length} tables`;
        return [head, ...ordered.map(plotOf), ...(proofs.length === 0 ? [] : [`Directions:\n${proofs.join("\n")}`])].join("\n\n");
      });
    });
}

/** One file for each table and language, numbered in the tables' order: 01-children.ru.svg. The drawing library is loaded only here. */
async function drawTables(tables: readonly Table[], directory: string): Promise<void> {
  const [{ tableSvg }, { axisText }] = await Promise.all([import("./table-svg.ts"), import("./table-svg-words.ts")]);
  const { currency } = readDeployment(projectFile("models/deployment.yaml"));
  const features = new Map(readCatalogue(projectFile("models/features")).map((feature) => [feature.name, feature]));
  const line = progressLine();
  mkdirSync(directory, { recursive: true });
  tables.forEach((table, place) => {
    line.show(`drawing table ${place + 1} of ${tables.length}`);
    const number = String(place + 1).padStart(String(tables.length).length, "0");
    const name = table.features.map((feature) => feature.replaceAll(/[^\p{L}\p{N}_]+/gu, "-")).join("-x-");
    for (const language of languages) {
      const axes = table.features.map((feature, side) =>
        axisText(feature, features.get(feature), table.thresholds[side]!, { language, currency }),
      );
      writeFileSync(join(directory, `${number}-${name}.${language}.svg`), tableSvg(table, { language, axes }));
    }
  });
  line.done();
}
