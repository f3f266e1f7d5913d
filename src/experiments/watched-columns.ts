import { addMonths } from "../domain/dates.ts";
import type { ReferenceColumn } from "../monitoring/reference.ts";
import type { OwnManifest } from "../scoring/manifest.ts";
import type { Matrix } from "./read-matrix.ts";

/**
 * The columns that a model looks at, and those that tell how much registers know and how old it is, over the last twelve months that it learned
 * from: a whole year has each season once, and earlier rows lack what registers did not know yet.
 */
export function watchedColumns({ features, columns, moments, moment }: Matrix, model: Pick<OwnManifest, "features">): ReferenceColumn[] {
  const after = addMonths(moments.at(-1)!.asOf, -12);
  const rows = Uint32Array.from(moment.keys()).filter((row) => moments[moment[row]!]!.asOf > after);
  const inUse = new Set(model.features.map((feature) => feature.name));
  return features.flatMap(({ name, family }, place) =>
    inUse.has(name) || family === "knowledge" ? [{ name, family, values: Float64Array.from(rows, (row) => columns[place]![row]!) }] : [],
  );
}
