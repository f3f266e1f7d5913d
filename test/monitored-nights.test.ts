import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Monitoring as Monitored } from "../src/api/model-schemas.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { householdsOf } from "../src/features/label-households.ts";
import { createLabels } from "../src/features/labels.ts";
import { distributionOf } from "../src/monitoring/cells.ts";
import type { Reference } from "../src/monitoring/reference.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { readNight } from "../src/runs/alert.ts";
import { readManifest } from "../src/runs/ledger.ts";
import { type Monitoring, monitoringOf } from "../src/runs/model-monitoring.ts";
import { readRealised, writeRealised } from "../src/runs/realised.ts";
import { reportFile } from "../src/runs/report.ts";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { withReference } from "../src/scoring/reference-file.ts";
import { type DataDirectory, dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { admin, keyOf, testApi } from "./support/api.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const deploymentFile = projectFile("models/deployment.yaml");
const ratio = "income_to_subsistence_ratio";
const term = { name: ratio, transform: "signed_log" as const, mean: 1, deviation: 0.4, coefficient: -1.5, missing: null };
const plain = packModel({ base: -1.5, terms: [term] }, { ...smallStatement, directions: { [ratio]: "-" } });
const { id } = plain.manifest;
/** Orders by how many children there are, beside the champion on the first night. */
const shadow = packModel(
  { base: -1, terms: [{ name: "children", transform: "none", mean: 1, deviation: 1, coefficient: 0.5, missing: null }] },
  { ...smallStatement, name: "shadow" },
);
const nights: Record<string, NightlyResult> = {};
const run = async (asOf: string, where: DataDirectory = data) =>
  aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", where.root, "--threads", "1"]);
const promote = () => aldynJson(["model", "promote", id, "--why", "test", "--data", data.root]);
const nightOf = (asOf: string) => readNight(data, nights[asOf]!.run_id)!;

/** The reference of a population whose ratios are `times` those of a run. */
async function referenceFrom(runId: string, times: number): Promise<Reference> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const read = async (step: string, column: string) =>
    (
      await session.columns(
        `select ${column}::double as value from read_parquet(${quoted(join(data.runs, runId, step, "*.parquet"))}) where true ${step === "features" ? `and ${householdsOf("hardship_entry_6m")}` : ""}`,
      )
    ).numbers["value"]!;
  const values = (await read("features", ratio)).map((value) => value * times);
  const score = (await read("score", "probability")).map((value) => value / times);
  session.close();
  return {
    format: "aldyn-reference/1",
    rows: values.length,
    features: [{ name: ratio, family: "income_level", distribution: distributionOf(values) }],
    score: { rows: score.length, distribution: distributionOf(score), calibration: [] },
  };
}

beforeAll(async () => {
  const { loaded } = await undisturbedRun();
  cpSync(loaded, data.root, { recursive: true });
  await putEmptyStore(data);
  storeModel(data, plain);
  await promote();
  storeModel(data, shadow);
  await aldynJson(["model", "shadow", shadow.manifest.id, "--why", "test", "--data", data.root]);
  nights["2025-05-01"] = await run("2025-05-01");
  await aldynJson(["model", "retire", shadow.manifest.id, "--why", "test", "--data", data.root]);
  // The registry as it is now holds a third of the income that the model learned from.
  storeModel(data, withReference(plain, await referenceFrom(nights["2025-05-01"].run_id, 3)));
  for (const asOf of ["2025-12-28", "2025-12-29", "2025-12-30", "2025-12-31"]) nights[asOf] = await run(asOf);
}, 900_000);

test("a model without a reference is monitored for what is expected of it, and drift is not measured", () => {
  expect(nightOf("2025-05-01")).toMatchObject({ state: "no_reference", score: null, features: [], expected: { rows: expect.any(Number) } });
});

test("a drifted registry: after three nights over a threshold the next goes on with rules and need, and says so everywhere", async () => {
  for (const asOf of ["2025-12-28", "2025-12-29", "2025-12-30"]) {
    expect(nights[asOf]!.model).toEqual({ id, name: "small" });
    expect(nightOf(asOf)).toMatchObject({ state: "measured", drifted: 1, features: [{ feature: ratio, state: "drifted" }] });
    expect(nightOf(asOf).breached).toContain("drifted_share");
    expect(nights[asOf]!.warnings.join()).toContain("1 of 1 features have drifted");
  }
  const fallen = nights["2025-12-31"]!;
  expect(fallen.model).toBeNull();
  const { model, fallback } = readManifest(join(data.runs, fallen.run_id));
  expect(model).toBeNull();
  expect(fallback).toMatchObject({ id, name: "small", since: "2025-12-28", nights: 3 });
  expect(nightOf("2025-12-31").state).toBe("no_model");
  expect(readFileSync(reportFile(data, fallen.run_id), "utf8")).toContain(
    "Monitoring raised an alert: from 2025-12-28 on 3 nights in a row",
  );
  // Runs with a model have no such key, so that their ids are what they were.
  expect("fallback" in readManifest(join(data.runs, nights["2025-12-30"]!.run_id))).toBe(false);
  const sentences = {
    en: "The model is not used for now: from 2025-12-28",
    ru: "Модель временно не используется: с 2025-12-28 3 ночи подряд",
    kk: "2025-12-28 бастап 3 түн",
  };
  for (const [lang, sentence] of Object.entries(sentences)) {
    const list = await aldynJson<{ notice: string; model: null }>(["list", "show", "--lang", lang, "--limit", "1", "--data", data.root]);
    expect(list.notice).toContain(sentence);
    expect((await aldyn(["list", "show", "--lang", lang, "--limit", "1", "--data", data.root])).stdout).toContain(list.notice);
  }
  const findings = await aldyn(["doctor", "--json", "--data", data.root]);
  expect(findings.stdout).toContain("Monitoring raised an alert: from 2025-12-28 on 3 nights in a row");
  const shown = await aldynJson<Monitoring>(["model", "monitor", "--data", data.root]);
  expect(shown).toMatchObject({ model: { id, name: "small" }, has_reference: true, alert: { since: "2025-12-28", nights: 3 } });
  expect(shown.nights.map(({ as_of }) => as_of)).toEqual(["2025-12-30", "2025-12-29", "2025-12-28", "2025-05-01"]);
  const text = (await aldyn(["model", "monitor", id.slice(0, 8), "--data", data.root])).stdout;
  expect(text).toContain("Monitoring raised an alert");
  expect(text).toMatch(/income_to_subsistence_ratio +drifted/);
});

test("the fall-back stands until an operator decides; then runs have the model again, and a replay of both is equal", async () => {
  const fallen = nights["2025-12-31"]!;
  for (const action of ["off", "on"]) await aldynJson(["model", action, "--why", "test", "--data", data.root]);
  nights["2026-01-01"] = await run("2026-01-01");
  expect(nights["2026-01-01"].model).toEqual({ id, name: "small" });
  for (const { run_id } of [fallen, nights["2026-01-01"]])
    expect(await aldynJson(["verify", run_id, "--data", data.root])).toMatchObject({ is_equal: true, differences: [] });
});

test("once the labels of a night are known what it turned out to be worth stands beside what was expected then", async () => {
  const [night, today] = [nights["2025-05-01"]!, nights["2026-01-01"]!];
  const found = readRealised(data, id);
  expect(found).toMatchObject([
    { as_of: "2025-05-01", run_id: night.run_id, label: "hardship_entry_6m", expected: nightOf("2025-05-01").expected },
  ]);
  const session = await openKnown(data, { threads: 1 });
  await createReferenceTables(session, readDeployment(deploymentFile), "2025-05-01");
  const { snapshot } = readManifest(join(data.runs, today.run_id));
  await createLabels(session, { asOf: "2025-05-01", snapshot: snapshot.load_id, label: "hardship_entry_6m" });
  const files = (step: string) => `read_parquet(${quoted(join(data.runs, night.run_id, step, "*.parquet"))})`;
  // The households that a label speaks of are those of the condition on features.
  const ofLabel = await session.rows("select household_id from labels order by household_id");
  expect(
    await session.rows(`select household_id from ${files("features")} where ${householdsOf("hardship_entry_6m")} order by household_id`),
  ).toEqual(ofLabel);
  expect(ofLabel.length).toBeGreaterThan(100);
  const rows = await session.rows<{ p: number; label: boolean }>(
    `select probability as p, label from labels join ${files("score")} using (household_id) where label is not null order by probability desc, household_id`,
  );
  session.close();
  const events = (some: typeof rows) => some.filter(({ label }) => label).length;
  const first = rows.slice(0, Math.round(0.05 * rows.length));
  expect(new Set(rows.map(({ p }) => p)).size).toBe(rows.length);
  expect(found[0]).toMatchObject({ rows: rows.length, events: events(rows), unknown: ofLabel.length - rows.length });
  expect(found[0]!.precision_at_5.value).toBeCloseTo(events(first) / first.length, 12);
});

test("what a shadow would have been worth is measured too, on the same labels", () => {
  const [own, other] = [readRealised(data, id)[0]!, readRealised(data, shadow.manifest.id)];
  expect(other).toMatchObject([
    { as_of: "2025-05-01", run_id: own.run_id, rows: own.rows, events: own.events, label: own.label, measured_by: own.measured_by },
  ]);
  expect(other[0]!.expected).toEqual(readNight(data, own.run_id, shadow.manifest.id)!.expected);
  expect(other[0]!.auc!.value).toBeLessThan(own.auc!.value);
  expect(monitoringOf(data, shadow.manifest.id)).toMatchObject({ nights: [{ as_of: "2025-05-01", role: "shadow" }], realised: other });
});

test("a measurement is written once, whole; one that was lost is made again the same; what goes wrong is words and fails nothing", async () => {
  const workplace = { data, deploymentFile, partitions: 1, threads: 1, memoryLimit: undefined, now: () => new Date() };
  const directory = join(data.root, "monitoring", id);
  const file = join(directory, "2025-05-01.json");
  const before = readFileSync(file, "utf8");
  const run_id = (JSON.parse(before) as { measured_by: string }).measured_by;
  rmSync(file);
  // As a process leaves it that dies while it writes.
  writeFileSync(`${file}.partial`, before.slice(0, 40));
  expect(readRealised(data, id)).toEqual([]);
  expect(await writeRealised(workplace, run_id)).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(readdirSync(directory)).toEqual(["2025-05-01.json"]);
  rmSync(file);
  const broken = { ...workplace, deploymentFile: join(root, "absent.yaml") };
  expect((await writeRealised(broken, run_id)).join()).toContain(
    "what the list of 2025-05-01 turned out to be worth could not be measured",
  );
  writeFileSync(file, before);
});

test("the API tells the same as JSON by its schema and as CSV, one figure a row; metrics have the run's", async () => {
  const api = await testApi(data);
  const get = (url: string, accept = "application/json") =>
    api.app.inject({ method: "GET", url, headers: { ...keyOf({ id: "a-1", role: "analyst", areas: [] }), accept } });
  const url = `/v1/models/${id}/monitoring`;
  const json = Monitored.parse((await get(url)).json());
  expect(json).toEqual(monitoringOf(data, id));
  expect(json.nights.length).toBe(5);
  const csv = await get(url, "text/csv");
  expect(csv.headers["content-type"]).toContain("text/csv");
  const rows = csv.body
    .trimEnd()
    .split("\r\n")
    .map((row) => row.split(","));
  expect(rows[0]).toEqual(["as_of", "run_id", "of", "name", "measure", "value"]);
  expect(new Set(rows.slice(1).map((row) => row[2]))).toEqual(new Set(["night", "score", "expected", "feature", "realised"]));
  const index = rows.find((row) => row[2] === "feature" && row[3] === ratio && row[4] === "index")!;
  expect(Number(index[5])).toBe(json.features[0]!.index);
  expect((await get(url, "application/pdf")).statusCode).toBe(406);
  expect((await get(`/v1/models/${"0".repeat(64)}/monitoring`)).statusCode).toBe(404);
  expect(JSON.stringify((await get("/docs/json")).json())).toContain("/v1/models/{id}/monitoring");
  const metrics = await api.app.inject({ method: "GET", url: "/metrics", headers: keyOf(admin) });
  for (const name of [
    "model_drifted_features 1",
    `model_score_psi ${json.nights[0]!.score!.index}`,
    "model_expected_precision 0.",
    "model_fallback 0",
  ])
    expect(metrics.body).toContain(`\naldyn_${name}`);
  await api.close();
});
