import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { modelNamed, type StoreFlags, withData } from "./model-store.ts";
import { plotOf, strengthOf } from "./table-plots.ts";

/** `aldyn model tables`: a glass-box model taken apart, the strongest table first, and whether its directions are proven. */
export function registerTables(model: Command): void {
  withData(model.command("tables <model>").description("a model as a sum of tables of one and of two features, by id or directory")).action(
    (named: string, flags: StoreFlags) => {
      const { boosted, manifest } = modelNamed(dataDirectory(flags.data), named);
      if (boosted === null || boosted.tables === null)
        throw new UserError(
          "no_tables",
          `${manifest.name} is no sum of tables; boosted trees of depth 2 are (kind: boosted in --config of model fit)`,
        );
      const { base, tables } = boosted.tables;
      const ordered = tables.toSorted((a, b) => strengthOf(b) - strengthOf(a));
      print({ id: manifest.id, name: manifest.name, base, tables: ordered, proofs: manifest.proofs }, flags, () => {
        const proofs = manifest.proofs.map(
          ({ feature, direction, by, failure }) => `  ${feature} ${direction} ${failure ?? `proven (${by})`}`,
        );
        const head = `${manifest.name} (${manifest.id.slice(0, 12)}): log-odds = ${base.toFixed(4)} + the sum of ${tables.length} tables`;
        return [head, ...ordered.map(plotOf), ...(proofs.length === 0 ? [] : [`Directions:\n${proofs.join("\n")}`])].join("\n\n");
      });
    },
  );
}
