import { addMonths } from "../domain/dates.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { dataAge } from "../monitoring/night.ts";
import type { ReferenceColumn } from "../monitoring/reference.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { OwnManifest } from "../scoring/manifest.ts";
import type { Experiment } from "./experiment.ts";
import { type MatrixFiles, readMatrix } from "./read-matrix.ts";

/**
 * The columns that a model looks at, and those that tell how much registers know and how old it is, over the last twelve months that it learned
 * from: a whole year has each season once, and earlier rows lack what registers did not know yet.
 */
export async function watchedColumns(
  files: MatrixFiles,
  experiment: Experiment,
  model: Pick<OwnManifest, "features">,
  around: { threads?: number | undefined },
): Promise<ReferenceColumn[]> {
  const after = addMonths(files.moments.at(-1)!.asOf, -12);
  const lastYear = files.moments.flatMap(({ asOf }, index) => (asOf > after ? [index] : []));
  const inUse = new Set(model.features.map((feature) => feature.name));
  const ages = readCatalogue(readDeployment(experiment.deployment).features).filter(
    ({ name, family, type }) => family === dataAge && type !== "category" && !inUse.has(name),
  );
  const features = [...files.features.filter(({ name }) => inUse.has(name)), ...ages];
  const { columns } = await readMatrix({ ...files, features }, { ...experiment, baselines: [] }, around, lastYear);
  return features.map(({ name, family }, place) => ({ name, family, values: columns[place]! }));
}
