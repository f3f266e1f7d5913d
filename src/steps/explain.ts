import { readFileSync } from "node:fs";
import { join } from "node:path";
import { columnsOf } from "../entitlement/compile.ts";
import type { Frame } from "../entitlement/frame.ts";
import { type Feature, featureTypes, readCatalogue } from "../features/catalogue.ts";
import { observationFeatures } from "../features/observations.ts";
import { explainHousehold, type Grounds, prefixes } from "../lists/explanation.ts";
import { addExplanations, addPhrases, createExplanationTables, explanationTables, writeExplanations } from "../lists/explanation-tables.ts";
import { lanePhrases, type Phrase } from "../lists/reason.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import { scoreExplainer } from "../scoring/contributions.ts";
import { readModel } from "../scoring/model-store.ts";
import { isExternal, type OwnModel } from "../scoring/pack-model.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import { type BucketFile, fileName, filesIn, inGroups } from "./bucket-files.ts";
import { estimatedScores, type PreparedScores } from "./explain-external.ts";
import { programmeOffers } from "./programme-offers.ts";
import type { Step, StepContext } from "./step.ts";

/** Says of each listed household why it is there, which conditions it meets and what can be offered, as codes and values. */
export const explain: Step = {
  name: "explain",
  async run(context) {
    const grounds = await groundsOf(context);
    const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    let estimated: PreparedScores | undefined;
    try {
      const model = context.manifest.model === null ? null : readModel(context.data, context.manifest.model.id);
      if (model !== null && isExternal(model)) estimated = await estimatedScores(context, session, model);
      else if (model !== null) grounds.explainScore = scoreExplainer(model as OwnModel);
      await createExplanationTables(session);
      await addPhrases(session, phrasesOf(grounds));
      const files = filesIn(join(context.runDirectory, "features"));
      for (const group of inGroups(files, Math.ceil((await countListed(session, context)) / rowsAtOnce))) {
        const rows = await session.rows(listedSelect(context, grounds, group));
        const explainScore = (await estimated?.prepare(rows)) ?? grounds.explainScore;
        const explanations = rows.map((row) => explainHousehold(row, { ...grounds, explainScore }));
        await addExplanations(session, explanations);
        context.progress(group.at(-1)![1], bucketCount);
      }
      await writeEntries(session, context);
      await writeExplanations(session, context.outputDirectory);
      return await countsOf(session);
    } finally {
      await estimated?.close();
      session.close();
    }
  },
};

async function groundsOf(context: StepContext): Promise<Grounds> {
  const { as_of, snapshot } = context.manifest;
  const deployment = readDeployment(context.deploymentFile);
  const catalogue = readCatalogue(deployment.features);
  const known = await context.openKnown();
  const observed: Feature[] = await observationFeatures(known, snapshot.load_id).finally(() => known.close());
  const law = await rulesInForce(deployment, featureTypes(catalogue), as_of);
  const frame = JSON.parse(readFileSync(join(context.runDirectory, "entitle", "frame.json"), "utf8")) as Frame;
  return {
    ...law,
    offers: programmeOffers(law.offers, frame),
    asOf: as_of,
    features: new Map([...catalogue, ...observed].map((feature) => [feature.name, feature])),
    explainScore: null,
  };
}

function phrasesOf({ features, rules, offers }: Grounds): Phrase[] {
  return [
    ...[...features.values()].map(({ name, sentences }) => ({ kind: "feature" as const, code: name, sentences })),
    ...rules.map(({ id, reason }) => ({ kind: "rule" as const, code: id, sentences: reason })),
    ...offers.map(({ code, name }) => ({ kind: "offer" as const, code, sentences: name })),
    ...lanePhrases,
  ];
}

/** Few enough for memory in a whole country, many enough that planning a wide select does not take most of the time. */
const rowsAtOnce = 50_000;

function countListed(session: Session, { runDirectory }: StepContext): Promise<number> {
  return session.value<number>(`select count(*)::integer from read_parquet(${quoted(join(runDirectory, "prioritise", "list.parquet"))})`);
}

/** Listed households of some buckets with their features, rules and what programmes say of them. */
function listedSelect({ runDirectory }: StepContext, { rules, offers }: Grounds, group: readonly BucketFile[]): string {
  const files = group.map(fileName);
  const parquet = (step: string, ...names: string[]) =>
    `read_parquet([${names.map((name) => quoted(join(runDirectory, step, name))).join(", ")}])`;
  const fitting = offers.flatMap(({ code, fits, amountSql }) => [
    `(${fits})::boolean as ${identifier(prefixes.fits + code)}`,
    `(${amountSql})::double as ${identifier(prefixes.amount + code)}`,
  ]);
  const programmes = [...new Set(offers.flatMap(({ programme }) => programme ?? []))];
  const entitled = [
    "household_id as entitled_household_id",
    ...programmes.flatMap((code) => Object.values(columnsOf(code)).map(identifier)),
  ];
  const columns = [
    ...["tier", "basis", "risk"].map((column) => `l.${column} as ${identifier(prefixes.list + column)}`),
    ...rules.map((rule) => `r.${identifier(rule.column)} as ${identifier(prefixes.rule + rule.column)}`),
  ];
  return `
    select f.*, ${columns.join(", ")}
    from (
      select ${["f.*", ...fitting].join(", ")}
      from ${parquet("features", ...files)} as f
      join (select ${entitled.join(", ")} from ${parquet("entitle", ...files)}) as e on e.entitled_household_id = f.household_id
    ) as f
    join ${parquet("prioritise", "list.parquet")} as l on l.household_id = f.household_id
    join ${parquet("rules", ...files)} as r on r.household_id = f.household_id
    order by f.household_id`;
}

/** The list with what a worker sees of each household at a glance. */
async function writeEntries(session: Session, { runDirectory, outputDirectory }: StepContext): Promise<void> {
  const path = (step: string, name: string) => quoted(join(runDirectory, step, name));
  await session.copyToParquet(
    `select l.*, f.members::integer as members, f.children::integer as children, f.elderly::integer as elderly, f.has_disability, f.is_rural,
       f.days_since_newest_record::integer as days_since_newest_record
     from read_parquet(${path("prioritise", "list.parquet")}) as l
     join read_parquet(${path("features", "*.parquet")}) as f on f.household_id = l.household_id
     order by l.household_id`,
    join(outputDirectory, "entries.parquet"),
  );
}

async function countsOf(session: Session): Promise<Record<string, number>> {
  const counts = explanationTables.map((table) => `(select count(*) from explained_${table})::integer as ${table}`);
  return session.row<Record<string, number>>(`select ${counts.join(", ")}`);
}
