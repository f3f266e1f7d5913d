import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { householdsOf } from "../features/label-households.ts";
import { policyAt } from "../lists/policy.ts";
import { countIn } from "../monitoring/cells.ts";
import { type Counted, changeOf, driftOf, rule, stateOf } from "../monitoring/drift.ts";
import { expectedPerformance } from "../monitoring/expected.ts";
import { breachesOf, driftCounts, type Night, unmeasured } from "../monitoring/night.ts";
import type { Reference } from "../monitoring/reference.ts";
import { listingFiles, readDeployment } from "../parameters/deployment.ts";
import type { ModelManifest } from "../scoring/manifest.ts";
import { readModel } from "../scoring/model-store.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { readShadowOutcomes, shadowDirectory } from "./score-shadows.ts";
import type { Step, StepContext } from "./step.ts";

/** Name of the file that the step writes, of the run's model or of a shadow. */
export const nightFile = (shadow?: string) => (shadow === undefined ? "monitoring.json" : `shadow-${shadow}.json`);

/**
 * Holds the night's households against what the model learned from, and says what its ranking is expected to be worth; the same of each shadow
 * that was scored. The lists are published by then; what goes wrong here is written down as such, and fails no run.
 */
export const monitor: Step = {
  name: "monitor",
  async run(context) {
    const nightOf = (model: string | undefined, scores: string) =>
      measure(context, model, scores).catch((error: Error) => unmeasured("failed", plainly(error, context)));
    const write = (night: Night, shadow?: string) =>
      writeFileSync(join(context.outputDirectory, nightFile(shadow)), `${canonicalJson(night)}\n`);
    const scores = join(context.runDirectory, "score");
    const night = await nightOf(context.manifest.model?.id, scores);
    write(night);
    const shadows = readShadowOutcomes(context.runDirectory).filter(({ failure }) => failure === null);
    for (const { id } of shadows) write(await nightOf(id, shadowDirectory(scores, id)), id);
    const { households, features, drifted, data_age, breached, state } = night;
    return {
      households,
      features: features.length,
      drifted,
      data_age_drifted: data_age.drifted,
      thresholds_reached: breached.length,
      failed: state === "failed" ? 1 : 0,
      ...(shadows.length === 0 ? {} : { shadows_monitored: shadows.length }),
    };
  },
};

/** The first line of an error, the same wherever the run lies. */
function plainly({ message }: Error, { runDirectory, data }: StepContext): string {
  return message.split("\n", 1)[0]!.replaceAll(runDirectory, "run").replaceAll(data.root, "data").slice(0, 300);
}

async function measure(context: StepContext, model: string | undefined, scores: string): Promise<Night> {
  if (model === undefined) return unmeasured("no_model");
  const { manifest, reference } = readModel(context.data, model);
  const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
  try {
    const files = (directory: string) => `read_parquet(${quoted(join(directory, "*.parquet"))})`;
    const everyone = files(join(context.runDirectory, "features"));
    await session.script(`create temp view looked_at as select * from ${everyone} where ${householdsOf(manifest.label)}`);
    const features = reference === undefined ? [] : driftOf(await countFeatures(session, reference, context));
    const { numbers } = await session.columns(
      `select probability from ${files(scores)} semi join looked_at using (household_id) where probability is not null`,
    );
    const score = numbers["probability"] ?? new Float64Array();
    const places = await session.value<number>(
      `select coalesce(sum(capacity), 0)::integer from read_parquet(${quoted(join(context.runDirectory, "prioritise", "capacity.parquet"))})`,
    );
    const night = {
      state: reference === undefined ? ("no_reference" as const) : ("measured" as const),
      reason: null,
      households: await session.value<number>("select count(*)::integer from looked_at"),
      score: scoreChange(reference, score),
      features,
      ...driftCounts(features),
      expected: expectedPerformance(score, lineOf(manifest), places),
      at_fit: atFit(manifest),
    };
    const { monitoring } = policyAt(listingFiles(readDeployment(context.deploymentFile)).policy, context.manifest.as_of);
    return { ...night, breached: monitoring === undefined ? [] : breachesOf(night, monitoring) };
  } finally {
    session.close();
  }
}

/** Columns read at once: a country's fit into memory. */
const columnsAtOnce = 8;

async function countFeatures(session: Session, { features }: Reference, context: StepContext): Promise<Counted[]> {
  const described = await session.rows<{ column_name: string }>("describe looked_at");
  const there = new Set(described.map((row) => row.column_name));
  const watched = features.filter(({ name }) => there.has(name));
  const counted: Counted[] = [];
  for (let from = 0; from < watched.length; from += columnsAtOnce) {
    const batch = watched.slice(from, from + columnsAtOnce);
    const { numbers } = await session.columns(
      `select ${batch.map(({ name }) => `${identifier(name)}::double as ${identifier(name)}`).join(", ")} from looked_at`,
    );
    for (const { name, family, distribution } of batch) {
      const now = countIn(distribution.cells, numbers[name] ?? new Float64Array());
      counted.push({ feature: name, family, reference: distribution, now });
    }
    context.progress(counted.length, watched.length + 1);
  }
  return counted;
}

function scoreChange(reference: Reference | undefined, score: Float64Array): Night["score"] {
  const kept = reference?.score?.distribution;
  if (kept === undefined) return null;
  const change = changeOf(kept, countIn(kept.cells, score).counts);
  return { ...change, state: stateOf(change.index, change.p, rule.index) };
}

/** How far off its probabilities were when the model was measured. */
function lineOf({ quality }: ModelManifest) {
  const [slope, intercept] = [quality?.metrics["calibration_slope"], quality?.metrics["calibration_intercept"]];
  return typeof slope === "number" && typeof intercept === "number" && slope > 0 ? { slope, intercept } : null;
}

function atFit({ quality }: ModelManifest): Night["at_fit"] {
  if (quality === null) return null;
  const { base_rate, metrics } = quality;
  return { base_rate, precision_at_5: metrics["precision_at_5"] ?? null, auc: metrics["auc"] ?? null };
}
