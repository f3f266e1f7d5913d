import { existsSync } from "node:fs";
import { join } from "node:path";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { policyAt } from "../lists/policy.ts";
import { prioritiseHouseholds } from "../lists/prioritise-households.ts";
import { listingFiles, readDeployment } from "../parameters/deployment.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted } from "../warehouse/session.ts";
import { compareShadows } from "./compare-shadows.ts";
import type { Step } from "./step.ts";

/** Puts households into tiers by rules, need and risk, orders them, and cuts a list for each district to its capacity. */
export const prioritise: Step = {
  name: "prioritise",
  async run(context) {
    const deployment = readDeployment(context.deploymentFile);
    const { as_of } = context.manifest;
    const { rules } = await rulesInForce(deployment, featureTypes(readCatalogue(deployment.features)), as_of);
    const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    try {
      const files = (step: string) => quoted(join(context.runDirectory, step, "*.parquet"));
      const hasScore = existsSync(join(context.runDirectory, "score", "00.parquet"));
      await session.script(`
        create temp view features as select * from read_parquet(${files("features")});
        create temp view rules as select * from read_parquet(${files("rules")});
        create temp view score as ${hasScore ? `select * from read_parquet(${files("score")})` : "select null::varchar as household_id, null::double as probability limit 0"}`);
      const policy = policyAt(listingFiles(deployment).policy, as_of);
      const makeLists = () => prioritiseHouseholds(session, rules, policy, as_of);
      await makeLists();
      context.progress(1, 2);
      await session.copyToParquet("select * from list order by household_id", join(context.outputDirectory, "list.parquet"));
      await session.copyToParquet("select * from capacity order by district_code", join(context.outputDirectory, "capacity.parquet"));
      const counts = await session.row<Record<string, number>>(`
        select (select count(*)::integer from standing) as households, count(*)::integer as listed,
            count(*) filter (where basis = 'emergency_rule')::integer as by_emergency,
            count(*) filter (where basis = 'need')::integer as by_need,
            count(*) filter (where basis = 'risk')::integer as by_risk,
            count(*) filter (where basis = 'rule')::integer as by_rule,
            count(*) filter (where basis = 'unseen_lane')::integer as in_lane,
        from list`);
      const compared = await compareShadows(context, session, makeLists);
      context.progress(2, 2);
      return { ...counts, ...compared };
    } finally {
      session.close();
    }
  },
};
