import { cpSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../src/domain/project-files.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { ingest } from "../../src/sources/ingest.ts";
import { generatePopulation } from "../../src/synth/generate.ts";
import { type DataDirectory, dataDirectory } from "../../src/warehouse/data-directory.ts";
import { madeOnce } from "./made-once.ts";

/** The day on which the families of `simulatedRegister` are simulated. */
export const simulatedDay = "2026-09-14";

/** A copy below `root` of a register of 1,500 families, made once for all test files. */
export async function simulatedRegister(root: string): Promise<DataDirectory> {
  const made = await madeOnce("simulated-register", async (directory) => {
    const deployment = readDeployment(projectFile("models/deployment.yaml"));
    const population = join(directory, "population");
    await generatePopulation({
      households: 1_500,
      months: 18,
      seed: 5,
      until: "2026-10-01",
      directory: population,
      threads: 2,
      partitions: 1,
    });
    const data = dataDirectory(join(directory, "var"));
    await ingest({
      ...{ data, sources: [population], areas: deployment.areas, timeZone: deployment.time_zone, environment: {} },
      now: () => new Date("2026-10-02T00:00:00Z"),
    });
  });
  cpSync(join(made, "var"), join(root, "var"), { recursive: true });
  return dataDirectory(join(root, "var"));
}
