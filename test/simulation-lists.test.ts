import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { type Deployment, readDeployment } from "../src/parameters/deployment.ts";
import { readManifest } from "../src/runs/ledger.ts";
import { surroundings } from "../src/runs/run-parts.ts";
import { runStep } from "../src/runs/run-pipeline.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { changeOf } from "../src/simulation/change.ts";
import { changedDeployment } from "../src/simulation/changed-deployment.ts";
import type { ListChange } from "../src/simulation/result.ts";
import { simulateChange } from "../src/simulation/simulate-change.ts";
import { applyRules } from "../src/steps/apply-rules.ts";
import { buildFeatures } from "../src/steps/build-features.ts";
import { prioritise } from "../src/steps/prioritise.ts";
import { scoreHouseholds } from "../src/steps/score-households.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "var"));
const deployment = readDeployment(projectFile("models/deployment.yaml"));
/** A run whose model reads the ratio of income to the line, so that the line moves scores as well. */
const scored = "5".repeat(32);

beforeAll(async () => {
  const { undisturbed, run } = await undisturbedRun();
  cpSync(undisturbed, data.root, { recursive: true });
  const term = { name: "income_to_line_ratio", transform: "none", mean: 2, deviation: 1, missing: null, coefficient: -1.5 } as const;
  const { id, name } = storeModel(data, packModel({ base: -3, terms: [term] }, { ...smallStatement, name: "by the line" })).manifest;
  const manifest = { ...readManifest(join(data.runs, run)), model: { id, name } };
  await nightOf(join(data.runs, scored), deployment, manifest);
});

type Manifest = ReturnType<typeof readManifest>;

/** The night's steps that make lists, by a deployment. */
async function nightOf(directory: string, by: Deployment, manifest: Manifest): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "manifest.json"), canonicalJson(manifest));
  const workplace = { data, deploymentFile: by.file, partitions: 1, threads: 2, memoryLimit: undefined, now: () => new Date(0) };
  const around = surroundings(workplace, by, asOf);
  for (const step of [buildFeatures, scoreHouseholds, applyRules, prioritise]) await runStep(step, manifest, directory, around);
}

type Listed = { household_id: string; tier: string; region: string };

async function listOf(night: string): Promise<Map<string, Listed>> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const file = quoted(join(night, "prioritise", "list.parquet"));
    const rows = await session.rows<Listed>(
      `select household_id, tier::varchar as tier, left(district_code, 2) as region from read_parquet(${file})`,
    );
    return new Map(rows.map((row) => [row.household_id, row]));
  } finally {
    session.close();
  }
}

/** What two lists differ by, counted one by one. */
function diffOf(today: Map<string, Listed>, changed: Map<string, Listed>) {
  const entered = [...changed.values()].filter(({ household_id }) => !today.has(household_id));
  const left = [...today.values()].filter(({ household_id }) => !changed.has(household_id));
  const count = (all: Iterable<Listed>, tier: string) => [...all].filter((each) => each.tier === tier).length;
  const tiers = [...new Set([...today.values(), ...changed.values()].map(({ tier }) => tier))].sort();
  return {
    ...{ listed_today: today.size, listed_changed: changed.size, entered: entered.length, left: left.length },
    tiers: tiers.map((tier) => [tier, count(today.values(), tier), count(changed.values(), tier)]),
    regions: Object.fromEntries(
      [...new Set([...entered, ...left].map(({ region }) => region))]
        .sort()
        .map((region) => [
          region,
          [entered.filter((each) => each.region === region).length, left.filter((each) => each.region === region).length],
        ]),
    ),
  };
}

const told = ({ listed_today, listed_changed, entered, left, by_tier, by_region }: ListChange) => ({
  ...{ listed_today, listed_changed, entered, left },
  tiers: by_tier.map((each) => [each.tier, each.today, each.changed]),
  regions: Object.fromEntries(
    by_region.filter((each) => each.entered + each.left > 0).map((each) => [each.region, [each.entered, each.left]]),
  ),
});

describe("lists under a change are those that the night would make under it", () => {
  test.each([
    ["the line, in features, rules and scores", { parameters: { poverty_line_subsistence_share: 1.2 } }, true],
    ["capacity and a rule", { policy: { capacity: { per_1000_households: 300 } }, rules: { "earner-died": null } }, false],
  ])("%s", async (name, content, isRemade) => {
    const change = changeOf("c", { name: "test", question: "?", ...content });
    const { simulation } = await simulateChange({ data, deployment, change, place: "c", days: [asOf], sample: 1, threads: 2 });
    const lists = simulation.days[0]?.lists as ListChange;
    expect([lists.run_id, lists.is_remade]).toEqual([scored, isRemade]);
    const changed = await changedDeployment(deployment, change, "c", join(root, `changed ${name}`));
    const [night, today] = [join(root, `night ${name}`), join(data.runs, scored)];
    if (!isRemade) for (const step of ["features", "score"]) cpSync(join(today, step), join(night, step), { recursive: true });
    await nightOf(night, changed, readManifest(today));
    const diff = diffOf(await listOf(today), await listOf(night));
    expect(diff.entered).toBeGreaterThan(0);
    expect(told(lists)).toEqual(diff);
    if (isRemade) await expectNeedByHand(today, night);
  });
});

/** Whom the changed list names for need, told from today's features alone: no TSA, and an income below 1.2 subsistence minima. */
async function expectNeedByHand(today: string, night: string): Promise<void> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const read = (directory: string, files: string) => `read_parquet(${quoted(join(directory, files))})`;
    const rows = await session.rows<{ basis: string; ratio: number; tsa: boolean | null; was_below: boolean }>(
      `select l.basis::varchar as basis, f.income_to_subsistence_ratio as ratio, f.tsa_active as tsa, f.is_below_subsistence as was_below
       from ${read(night, "prioritise/list.parquet")} as l join ${read(today, "features/*.parquet")} as f using (household_id)
       where f.income_to_subsistence_ratio is not null`,
    );
    const ofNeed = rows.filter(({ basis }) => basis === "need");
    expect(ofNeed.filter(({ was_below }) => !was_below).length).toBeGreaterThan(0);
    for (const { ratio, tsa } of ofNeed) expect([ratio < 1.2001, tsa === true]).toEqual([true, false]);
    for (const { basis, ratio, tsa } of rows.filter((each) => each.ratio < 1.1999 && each.tsa !== true))
      expect(["need", "emergency_rule"], `${basis} ${ratio} ${tsa}`).toContain(basis);
  } finally {
    session.close();
  }
}
