import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import type { ShadowDiff } from "../src/lists/shadow-diff.ts";
import { readNight } from "../src/runs/alert.ts";
import { findRun, readListIds, readManifest, runIds } from "../src/runs/ledger.ts";
import { reportFile } from "../src/runs/report.ts";
import { verifyRun } from "../src/runs/verify.ts";
import { demoModelDirectory, readModelDirectory, storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { storable, tableModel } from "./support/external-models.ts";
import { aldyn } from "./support/model-command.ts";
import { smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { nightWithModel, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const demo = readModelDirectory(demoModelDirectory()).manifest;
/** Orders by children alone. */
const childrenOnly = packModel(
  { base: -1, terms: [{ name: "children", transform: "none", mean: 1, deviation: 1, coefficient: 1.5, missing: null }] },
  { ...smallStatement, name: "children only" },
);
/** Wants a feature that is sometimes unknown, and gives no number then. */
const gapless = storable(
  tableModel([["attendance_rate_3m", 11]], [{ op_type: "Sigmoid", input: ["attendance_rate_3m"], output: ["p"] }], ["p", 11]),
  [{ name: "attendance_rate_3m", kind: "float64", rank: 2, columns: ["attendance_rate_3m"] }],
);
const at = {
  ...{ data, deploymentFile: projectFile("models/deployment.yaml"), partitions: 1, threads: 2, memoryLimit: undefined },
  now: () => new Date("2026-01-02"),
};
const night = async (shadows: readonly string[], model = { id: demo.id, name: demo.name }) =>
  nightWithModel({ ...at, champion: async () => model, shadows: async () => shadows }, await undisturbedRun());
const missing = "0".repeat(64);

let plain: string;
let shadowed: Awaited<ReturnType<typeof night>>;
beforeAll(async () => {
  const made = await undisturbedRun();
  cpSync(made.undisturbed, data.root, { recursive: true });
  plain = made.run;
  storeModel(data, childrenOnly);
  storeModel(data, gapless);
  shadowed = await night([childrenOnly.manifest.id, demo.id, gapless.manifest.id, missing].sort());
});

const hashes = (run: string, step: string) => {
  const directory = join(data.runs, run, step);
  const files = readdirSync(directory).filter((file) => file.endsWith(".parquet"));
  return Object.fromEntries(files.map((file) => [file, sha256(readFileSync(join(directory, file)))]));
};
const diffOf = async (...words: string[]) =>
  JSON.parse((await aldyn("shadow-diff", ...words, "--data", data.root, "--json")).out) as ShadowDiff & { run_id: string };

test("a run without shadows keeps its id, and says nothing of any", async () => {
  expect((await night([])).run_id).toBe(plain);
  expect(Object.keys(readManifest(join(data.runs, plain)))).not.toContain("shadows");
});

test("a shadow changes no list: ids, scores, entries and reasons are the same to the byte", () => {
  expect(shadowed.run_id).not.toBe(plain);
  expect(readListIds(join(data.runs, shadowed.run_id))).toEqual(readListIds(join(data.runs, plain)));
  for (const step of ["score", "prioritise", "explain"]) {
    expect(Object.keys(hashes(plain, step)).length).toBeGreaterThan(1);
    expect(hashes(shadowed.run_id, step), step).toEqual(hashes(plain, step));
  }
  const [list] = Object.values(readListIds(join(data.runs, plain)));
  expect([plain, shadowed.run_id]).toContain(findRun(data, list!));
});

test("a shadow that fails stops nothing: the night warns of it, and the others are compared", async () => {
  const { id } = gapless.manifest;
  expect(shadowed.steps.find(({ step }) => step === "score")?.counts).toMatchObject({ shadows_scored: 2, shadows_failed: 2 });
  const warnings = shadowed.warnings.filter((warning) => warning.startsWith("shadow "));
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).toContain(`elsewhere (${id.slice(0, 12)}) was not scored: `);
  expect(warnings.join()).toContain("attendance_rate_3m is unknown");
  expect(warnings.join()).toContain(`model (${missing.slice(0, 12)}) was not scored: there is no model`);
  expect(readFileSync(reportFile(data, shadowed.run_id), "utf8")).toContain(warnings[0]!);
  expect(readdirSync(join(data.runs, shadowed.run_id, "score", "shadows")).sort()).toEqual([childrenOnly.manifest.id, demo.id].sort());
  expect((await aldyn("shadow-diff", id, "--data", data.root, "--run", shadowed.run_id)).problem).toContain(
    "attendance_rate_3m is unknown",
  );
});

test("the champion's failing stops the night", async () => {
  await expect(night([], { id: gapless.manifest.id, name: "elsewhere" })).rejects.toThrow("attendance_rate_3m is unknown");
});

test("each shadow that was scored is monitored as a shadow; one that was not has no night", () => {
  expect(readNight(data, shadowed.run_id, childrenOnly.manifest.id)).toMatchObject({ state: "no_reference", breached: [] });
  expect(readNight(data, shadowed.run_id, demo.id)).toEqual(readNight(data, shadowed.run_id));
  for (const id of [gapless.manifest.id, missing]) expect(readNight(data, shadowed.run_id, id)).toBeUndefined();
  expect(shadowed.steps.find(({ step }) => step === "monitor")?.counts).toMatchObject({ shadows_monitored: 2 });
  expect(readdirSync(join(data.runs, plain, "monitor")).filter((name) => name.startsWith("shadow-"))).toEqual([]);
});

test("a shadow of the same formula would change nothing", async () => {
  const same = await diffOf(demo.id, "--run", shadowed.run_id);
  expect(same).toMatchObject({ would_enter: 0, would_leave: 0, jaccard: 1, rank_correlation: 1, champion: { id: demo.id } });
  expect(same.listed).toBeGreaterThan(10);
  expect(same.ranked_by_both).toBeGreaterThan(100);
});

test("the diff and the monitoring of a shadow are what the night with it as champion makes of them", async () => {
  const diff = await diffOf(childrenOnly.manifest.id.slice(0, 10), "--run", shadowed.run_id);
  const { run_id } = await night([], { id: childrenOnly.manifest.id, name: "children only" });
  const { id } = childrenOnly.manifest;
  expect(readNight(data, shadowed.run_id, id)).toEqual(readNight(data, run_id));
  expect(readNight(data, shadowed.run_id, id)).toMatchObject({ state: "no_reference", expected: { rows: expect.any(Number) } });
  expect(readNight(data, shadowed.run_id)!.expected!.auc!.value).not.toBe(readNight(data, run_id)!.expected!.auc!.value);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const listOf = (run: string) =>
    session.rows<{ household_id: string; tier: string; district_code: string }>(
      `select household_id, tier, district_code from read_parquet(${quoted(join(data.runs, run, "prioritise", "list.parquet"))}) order by household_id`,
    );
  const [before, after] = [await listOf(plain), await listOf(run_id)];
  session.close();
  const without = (list: typeof before, other: typeof before) =>
    list.filter(({ household_id }) => !other.some((each) => each.household_id === household_id)).map(({ household_id }) => household_id);
  expect(diff.districts.flatMap(({ would_enter }) => would_enter).sort()).toEqual(without(after, before));
  expect(diff.districts.flatMap(({ would_leave }) => would_leave).sort()).toEqual(without(before, after));
  expect(diff.would_enter).toBeGreaterThan(0);
  const both = before.length - diff.would_leave;
  expect(diff).toMatchObject({ listed: before.length, jaccard: both / (before.length + diff.would_enter) });
  for (const [tier, { champion, shadow }] of Object.entries(diff.tiers))
    expect([champion, shadow]).toEqual([before, after].map((list) => list.filter((each) => each.tier === tier).length));
  expect(diff.rank_correlation).toBeLessThan(0.9);
  expect(Object.values(diff.tiers).reduce((sum, { shadow }) => sum + shadow, 0)).toBe(after.length);
});

test("a run with shadows replays to the same bytes, failures and diffs too", async () => {
  const { differences, files_compared } = await verifyRun(at, shadowed.run_id);
  expect(differences.filter(({ stage }) => stage !== "ingest")).toEqual([]);
  expect(files_compared).toBeGreaterThan(100);
});

test("a model that a run did not score is named with those that it did", async () => {
  expect(runIds(data).length).toBeGreaterThan(2);
  const { code, problem } = await aldyn("shadow-diff", "abc", "--data", data.root, "--run", shadowed.run_id);
  expect({ code, problem }).toEqual({ code: 1, problem: expect.stringMatching(/scored no shadow abc; its shadows: .*children only/) });
});
