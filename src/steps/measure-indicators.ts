import { join } from "node:path";
import { measureProgramme, programmeTables } from "../indicators/measure.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Step } from "./step.ts";

/** Measures the programme: sums of its indicators by area and group, lengths of spells, and notes on present recipients. Reads no score. */
export const measureIndicators: Step = {
  name: "indicators",
  async run(context) {
    const deployment = readDeployment(context.deploymentFile);
    const session = await context.openKnown();
    try {
      const { as_of: asOf, snapshot } = context.manifest;
      await measureProgramme(session, deployment, {
        asOf,
        snapshot: snapshot.load_id,
        months: deployment.indicator_months,
        progress: context.progress,
      });
      for (const [table, select] of Object.entries(programmeTables))
        await session.copyToParquet(select, join(context.outputDirectory, `${table}.parquet`));
      return {
        indicators: await session.value<number>("select count(distinct indicator)::integer from indicator_cell"),
        recipients: await session.value<number>("select count(*)::integer from recipient"),
      };
    } finally {
      session.close();
    }
  },
};
