import { join } from "node:path";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { rulesSelect } from "../rules/compile.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { fileName, filesIn } from "./bucket-files.ts";
import type { Step } from "./step.ts";

/** Says of each household and rule in force whether its condition is met; NULL where that is not known. */
export const applyRules: Step = {
  name: "rules",
  async run(context) {
    const deployment = readDeployment(context.deploymentFile);
    const { rules } = await rulesInForce(deployment, featureTypes(readCatalogue(deployment.features)), context.manifest.as_of);
    const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    const files = filesIn(join(context.runDirectory, "features"));
    let households = 0;
    try {
      // Planning the wide select takes most of the time where households are few: it is done once.
      const features = `(select parse_filename(filename) as file, * from read_parquet(${quoted(join(context.runDirectory, "features", "*.parquet"))}, filename = true))`;
      await session.run(`create temp table met as ${rulesSelect(rules, features, ["file", "household_id"])}`);
      for (const file of files) {
        const name = fileName(file);
        const met = `select * exclude (file) from met where file = ${quoted(name)} order by household_id`;
        households += await session.copyToParquet(met, join(context.outputDirectory, name));
        context.progress(file[1], bucketCount);
      }
    } finally {
      session.close();
    }
    return { households, rules: rules.length };
  },
};
