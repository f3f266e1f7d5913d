import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { sha256 } from "../src/domain/canonical.ts";
import { languages } from "../src/domain/languages.ts";
import { projectFile } from "../src/domain/project-files.ts";
import type { HouseholdEntitlements } from "../src/entitlement/answer.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { readManifest } from "../src/runs/ledger.ts";
import { surroundings } from "../src/runs/run-parts.ts";
import { runPipeline } from "../src/runs/run-pipeline.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { entitle } from "../src/steps/entitle.ts";
import { scoreHouseholds } from "../src/steps/score-households.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted, type Session } from "../src/warehouse/session.ts";
import type { Row } from "../src/warehouse/values.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "var"));
const deploymentFile = projectFile("models/deployment.yaml");
let run: string;
let session: Session;
let api: TestApi;
beforeAll(async () => {
  const made = await undisturbedRun();
  cpSync(made.undisturbed, data.root, { recursive: true });
  run = made.run;
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  api = await testApi(data, { now: () => new Date("2026-01-02T00:00:00Z") });
});
afterAll(async () => {
  session.close();
  await api.close();
});

const stepOf = (id: string, step: string) => join(data.runs, id, step);
const hashesOf = (directory: string) => {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => /\.(parquet|json)$/.test(file));
  return Object.fromEntries(files.sort().map((file) => [file, sha256(readFileSync(join(directory, file)))]));
};
const around = (threads: number, partitions: number) => {
  const workplace = { data, deploymentFile, partitions, threads, memoryLimit: undefined, now: () => new Date("2026-01-02") };
  return surroundings(workplace, readDeployment(deploymentFile), asOf);
};
const evaluated = () => `read_parquet(${quoted(join(stepOf(run, "entitle"), "*.parquet"))})`;

test("flipping every score of the model changes no entitlement, to the byte", async () => {
  const term = { name: "members", transform: "none", mean: 3, deviation: 1, missing: null } as const;
  const [up, down] = [1.5, -1.5].map((coefficient) =>
    packModel({ base: -2, terms: [{ ...term, coefficient }] }, { ...smallStatement, name: `by ${coefficient}` }),
  ) as [ReturnType<typeof packModel>, ReturnType<typeof packModel>];
  const manifest = readManifest(join(data.runs, run));
  const judged: { margins: number[]; entitlements: Record<string, string> }[] = [];
  for (const model of [up, down]) {
    const { id, name } = storeModel(data, model).manifest;
    const directory = join(root, id);
    cpSync(stepOf(run, "features"), join(directory, "features"), { recursive: true });
    // Scores lie there before entitlement is reckoned, so that it could read them.
    const pipeline = { ...nightly, steps: [scoreHouseholds, entitle] };
    await runPipeline(pipeline, { ...manifest, model: { id, name } }, directory, around(2, 1));
    const scores = `read_parquet(${quoted(join(directory, "score", "*.parquet"))})`;
    const rows = await session.rows<{ margin: number }>(`select margin + 2 as margin from ${scores} order by household_id`);
    judged.push({ margins: rows.map(({ margin }) => margin), entitlements: hashesOf(join(directory, "entitle")) });
  }
  const [before, flipped] = judged;
  expect(before!.margins.length).toBeGreaterThan(100);
  expect(before!.margins.filter((margin) => Math.abs(margin) > 0.1).length).toBeGreaterThan(100);
  expect(flipped!.margins).toEqual(before!.margins.map((margin) => expect.closeTo(-margin, 6)));
  expect(Object.keys(before!.entitlements).length).toBe(3 * 8 + 2);
  expect(flipped!.entitlements).toEqual(before!.entitlements);
  expect(before!.entitlements).toEqual(hashesOf(stepOf(run, "entitle")));
}, 120_000);

test("entitlement is reckoned before any score is, and its code reads none", () => {
  const order = nightly.steps.map(({ name }) => name);
  expect(order.indexOf("entitle")).toBeLessThan(order.indexOf("score"));
  const files = ["sql/entitlement", "sql/level", "src/entitlement", "src/entitlement/level", "models/programmes"].flatMap((directory) =>
    readdirSync(projectFile(directory), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(projectFile(directory), entry.name)),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => /probability|margin|\bscoring\b|\btier\b/.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("the bytes do not depend on threads or partitions", async () => {
  const manifest = readManifest(join(data.runs, run));
  for (const [threads, partitions] of [
    [1, 1],
    [4, 7],
  ] as const) {
    const outputDirectory = join(root, `${threads}-${partitions}`);
    mkdirSync(outputDirectory);
    await entitle.run({ ...around(threads, partitions), manifest, runDirectory: root, outputDirectory, progress: () => undefined });
    expect(hashesOf(outputDirectory), `${threads} threads, ${partitions} partitions`).toEqual(
      Object.fromEntries(Object.entries(hashesOf(stepOf(run, "entitle"))).filter(([file]) => file !== "step.json")),
    );
    rmSync(outputDirectory, { recursive: true });
  }
}, 120_000);

test("the service, the command and the night's files say the same of a household, listed or not, in each language", async () => {
  const rows = await session.rows<Row & { household_id: string }>(
    `(select household_id, tsa_state, tsa_amount_lcu, level, level_points_least, level_points_most, published_level from ${evaluated()} where tsa_state = 'may_be_entitled' order by household_id limit 2)
     union all (select household_id, tsa_state, tsa_amount_lcu, level, level_points_least, level_points_most, published_level from ${evaluated()} where tsa_state = 'not_by_registers' order by household_id limit 2)
     union all (select household_id, tsa_state, tsa_amount_lcu, level, level_points_least, level_points_most, published_level from ${evaluated()} where tsa_state = 'unknown' order by household_id limit 1)`,
  );
  expect(rows.length).toBeGreaterThan(3);
  for (const [index, row] of rows.entries()) {
    const lang = languages[index % 3] as string;
    const url = `/v1/households/${row.household_id}/entitlements?lang=${lang}`;
    const reply = await api.app.inject({ url, headers: keyOf(admin) });
    expect(reply.statusCode).toBe(200);
    const judged = reply.json<HouseholdEntitlements>();
    const tsa = judged.programmes.find(({ code }) => code === "tsa");
    expect([tsa?.state, tsa?.amount_lcu]).toEqual([row.tsa_state, row.tsa_amount_lcu]);
    const { level } = judged;
    expect([level?.level, level?.points_least, level?.points_most]).toEqual([row.level, row.level_points_least, row.level_points_most]);
    expect([level?.is_official, level?.published?.level ?? null]).toEqual([false, row.published_level]);
    expect(level?.criteria.reduce((sum, each) => sum + each.points_least, 0)).toBe(level?.points_least);
    expect(level?.notice).toMatch(/бейресми|неофициально|unofficial/i);
    const words = ["entitlements", "--household", row.household_id, "--as-of", asOf, "--lang", lang, "--data", data.root];
    expect(await aldynJson<HouseholdEntitlements>(words)).toEqual(judged);
  }
}, 120_000);

test("why not is said with value, threshold and difference", async () => {
  const [row] = await session.rows<{ household_id: string; value: number; line: number }>(
    `select household_id, tsa_below_line_value as value, tsa_below_line_threshold as line from ${evaluated()}
     where tsa_below_line_met = false order by tsa_below_line_value - tsa_below_line_threshold, household_id limit 1`,
  );
  const { value, line, household_id } = row!;
  const { stdout } = await aldyn(["entitlements", "--household", household_id, "--as-of", asOf, "--lang", "en", "--data", data.root]);
  const sum = (of: number) => new Intl.NumberFormat("en", { maximumFractionDigits: 0 }).format(of);
  expect(stdout).toContain(
    `Income is ${sum(value)} KZT a member and month, ${sum(value - line)} KZT above the poverty line of ${sum(line)} KZT`,
  );
  expect(stdout).not.toMatch(/is refused|not eligible/i);
});

test("a household that nobody knows is an error that says so", async () => {
  const { status, stderr } = await aldyn(["entitlements", "--household", "0".repeat(32), "--as-of", asOf, "--data", data.root]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("is known to have lived on")]);
  expect((await api.app.inject({ url: `/v1/households/${"0".repeat(32)}/entitlements`, headers: keyOf(admin) })).statusCode).toBe(404);
});
