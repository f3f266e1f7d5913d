import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import type { Night } from "../src/monitoring/night.ts";
import { referenceOf } from "../src/monitoring/reference.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { withReference } from "../src/scoring/reference-file.ts";
import { monitor } from "../src/steps/monitor.ts";
import { runId } from "../src/steps/step.ts";
import { seededRandom } from "../src/training/random.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { calm, type ListedRun, listedRun, type TestHousehold } from "./support/listed-run.ts";
import { smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const term = { name: "overdue_days_max", transform: "none" as const, mean: 30, deviation: 30, coefficient: 2, missing: null };
const plain = packModel({ base: -2, terms: [term] }, { ...smallStatement, label: "hardship_entry_6m" });

/** Families not below the minimum, whose days overdue and risk are drawn; and as many below it, whom the label does not speak of. */
function families(count: number, seed: number, worse = 0): TestHousehold[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, place) => {
    const isBelow = place % 2 === 1;
    const days = isBelow ? 500 : Math.round(120 * random() + worse);
    const features = { ...calm, overdue_days_max: days, income_to_subsistence_ratio: isBelow ? 0.5 : 1.5, is_below_subsistence: isBelow };
    return { name: `f${place}`, features, risk: isBelow ? 0.99 : 0.02 + 0.3 * random() };
  });
}
const learned = families(1200, 1).filter(({ features }) => Number(features["income_to_subsistence_ratio"]) >= 1);
const reference = referenceOf(
  [{ name: term.name, family: "credit", values: Float64Array.from(learned, ({ features }) => Number(features[term.name])) }],
  { score: Float64Array.from(learned, ({ risk }) => risk!), label: new Uint8Array(learned.length) },
);

async function monitored({ data, manifest, runDirectory }: ListedRun): Promise<{ night: Night; bytes: string; counts: object }> {
  const outputDirectory = join(data.runs, runId(manifest), "monitor");
  mkdirSync(outputDirectory, { recursive: true });
  const deploymentFile = projectFile("models/deployment.yaml");
  const counts = await monitor.run({
    ...{ data, deploymentFile, manifest, runDirectory, outputDirectory, partitions: 1, threads: 2, memoryLimit: undefined },
    progress: () => undefined,
    openKnown: () => openKnown(data),
  });
  const bytes = readFileSync(join(outputDirectory, "monitoring.json"), "utf8");
  return { night: JSON.parse(bytes) as Night, bytes, counts };
}

test("a night like the rows that were learned from is stable: households that the label does not speak of are not looked at", async () => {
  const run = await listedRun(join(root, "alike"), "2026-10-01", families(120, 2), plain);
  storeModel(run.data, withReference(plain, reference));
  const found = await monitored(run);
  expect(found.night).toMatchObject({ state: "measured", households: 60, drifted: 0, compared: 1, features: [{ state: "stable" }] });
  expect(found.night.score!.state).toBe("stable");
  expect(found.night.expected!.base_rate.value).toBeLessThan(0.3);
  expect(found.night.expected!.rows).toBe(60);
  // The same files make the same bytes.
  expect((await monitored(run)).bytes).toBe(found.bytes);
});

test("a night whose debts are older has drifted, and one without a model says so", async () => {
  const run = await listedRun(join(root, "worse"), "2026-10-01", families(120, 2, 60), plain);
  storeModel(run.data, withReference(plain, reference));
  expect((await monitored({ ...run, manifest: { ...run.manifest, model: null } })).night.state).toBe("no_model");
  const { night } = await monitored(run);
  expect(night).toMatchObject({ drifted: 1, features: [{ feature: term.name, state: "drifted" }] });
  expect(night.breached).toContain("drifted_share");
});

test("what goes wrong is written down without the place of a file, and fails no run", async () => {
  const run = await listedRun(join(root, "broken"), "2026-10-01", families(20, 2), plain);
  const found = await monitored({ ...run, manifest: { ...run.manifest, model: { id: "0".repeat(64), name: "gone" } } });
  expect(found.counts).toMatchObject({ failed: 1, households: 0 });
  expect(found.night).toMatchObject({ state: "failed", expected: null, breached: [] });
  expect(found.night.reason).toContain("there is no model 000");
  expect(found.bytes).not.toContain(root);
});
