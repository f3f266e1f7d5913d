import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { languages } from "../src/domain/languages.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import type { Cell } from "../src/scoring/permutation-shapley.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted, type Session } from "../src/warehouse/session.ts";
import { admin, keyOf, testApi } from "./support/api.ts";
import { exactly } from "./support/exact-shapley.ts";
import { storable, tableModel } from "./support/external-models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { nightWithModel, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const features = ["children", "income_to_line_ratio", "unemployed_adults"];
/** The value, or 0 where it is unknown. */
const known = (name: string) => [
  { op_type: "IsNaN", input: [name], output: [`${name}_gap`] },
  { op_type: "Not", input: [`${name}_gap`], output: [`${name}_there`] },
  { op_type: "Cast", input: [`${name}_there`], output: [`${name}_weight`], attribute: [{ name: "to", type: 2, i: 11 }] },
  { op_type: "Where", input: [`${name}_gap`, `${name}_weight`, name], output: [`${name}_known`] },
];
/** Log-odds = children x unemployed adults + children - children x ratio - ratio; unknown counts as 0. */
const onnx = tableModel(
  features.map((name) => [name, 11] as [string, number]),
  [
    ...features.flatMap(known),
    { op_type: "Mul", input: ["children_known", "unemployed_adults_known"], output: ["both"] },
    { op_type: "Mul", input: ["children_known", "income_to_line_ratio_known"], output: ["eased"] },
    { op_type: "Add", input: ["both", "children_known"], output: ["raised"] },
    { op_type: "Add", input: ["eased", "income_to_line_ratio_known"], output: ["lowered"] },
    { op_type: "Sub", input: ["raised", "lowered"], output: ["margin"] },
    { op_type: "Sigmoid", input: ["margin"], output: ["p"] },
  ],
  ["p", 11],
);
const margin = ([children, ratio, unemployed]: readonly Cell[]) => {
  const [c, r, u] = [children, ratio, unemployed].map((value) => (Number.isNaN(value) ? 0 : Number(value))) as [number, number, number];
  return c * u + c - c * r - r;
};
const model = storable(
  onnx,
  features.map((name) => ({ name, kind: "float64" as const, rank: 2 as const, columns: [name] })),
);

let session: Session;
let run: string;
const parquet = (step: string, name: string) => `read_parquet(${quoted(join(data.runs, run, step, name))})`;
const night = async (threads: number, to = data) =>
  nightWithModel(
    {
      ...{ data: to, deploymentFile: projectFile("models/deployment.yaml"), partitions: 1, threads, memoryLimit: undefined },
      now: () => new Date("2026-01-02"),
      champion: async () => ({ id: model.manifest.id, name: "elsewhere" }),
    },
    await undisturbedRun(),
  );

beforeAll(async () => {
  const { loaded } = await undisturbedRun();
  cpSync(loaded, data.root, { recursive: true });
  storeModel(data, model);
  run = (await night(1)).run_id;
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

/** Every household's cells by id, in the order by which the background is drawn. */
async function cellsByDraw(): Promise<[string, Cell[]][]> {
  const rows = await session.rows<Record<string, number | string | null>>(
    `select household_id, ${features.map((name) => `${name}::double as ${name}`).join(", ")} from ${parquet("features", "*.parquet")} order by household_id`,
  );
  const drawn = (id: string) => sha256(`${model.manifest.id}|${id}`);
  return rows
    .map((row): [string, Cell[]] => [String(row.household_id), features.map((name) => row[name] ?? Number.NaN)])
    .sort(([a], [b]) => (drawn(a) < drawn(b) ? -1 : 1));
}

describe("a model made elsewhere as champion", () => {
  test("its parts are estimates within four standard errors of the exact values, add up to score minus base, of listed households only", async () => {
    const households = await cellsByDraw();
    const cells = new Map(households);
    const background = households.slice(0, 64).map(([, row]) => row);
    const scores = await session.rows<{ household_id: string; base: number; margin: number }>(
      `select * from ${parquet("explain", "scores.parquet")} order by household_id`,
    );
    const scored = await session.value<number>(
      `select count(*)::integer from ${parquet("prioritise", "list.parquet")} where risk is not null and basis <> 'unseen_lane'`,
    );
    expect(scores.length).toBe(scored);
    expect(scored).toBeGreaterThan(3);
    expect(scored).toBeLessThan(households.length / 2);
    const base = background.reduce((sum, row) => sum + margin(row), 0) / 64;
    for (const score of scores) {
      const row = cells.get(score.household_id)!;
      const parts = await session.rows<{ feature: string; value: number | null; contribution: number; standard_error: number }>(
        `select * from ${parquet("explain", "contributions.parquet")} where household_id = ${quoted(score.household_id)} order by feature`,
      );
      expect(parts.map(({ feature }) => feature)).toEqual(features);
      expect(score.margin).toBeCloseTo(margin(row), 6);
      expect(score.base).toBeCloseTo(base, 6);
      expect(parts.reduce((sum, part) => sum + part.contribution, score.base)).toBeCloseTo(score.margin, 9);
      const exact = exactly(margin, row, background);
      parts.forEach(({ contribution, standard_error }, feature) => {
        expect(Math.abs(contribution - exact[feature]!)).toBeLessThanOrEqual(4 * standard_error + 1e-6);
      });
    }
  });

  test("its reasons say so in every language, with the standard error; exact facts beside them do not", async () => {
    const reasons = await session.rows<{ household_id: string; source: string; code: string; arguments: string }>(
      `select household_id, source, code, arguments from ${parquet("explain", "reasons.parquet")} where source = 'model' order by all`,
    );
    expect(reasons.length).toBeGreaterThan(3);
    for (const reason of reasons) {
      const { contribution, standard_error } = JSON.parse(reason.arguments) as Record<string, number>;
      expect(contribution).toBeGreaterThan(2 * standard_error!);
      expect(features).toContain(reason.code);
    }
    const api = await testApi(data, { now: () => new Date("2026-01-02") });
    const said = { kk: "шамамен", ru: "приблизительно", en: "an estimate" };
    for (const lang of languages) {
      const url = `/v1/households/${reasons[0]!.household_id}/explanation?lang=${lang}`;
      const reply = (await api.app.inject({ url, headers: keyOf(admin) })).json() as {
        reasons: { source: string; text: string; is_estimate: boolean }[];
        score: { is_estimate: boolean; contributions: { standard_error: number }[] };
      };
      expect(reply.score.is_estimate).toBe(true);
      expect(reply.score.contributions.every(({ standard_error }) => standard_error >= 0)).toBe(true);
      for (const { source, text, is_estimate } of reply.reasons) {
        expect(is_estimate).toBe(source === "model");
        expect(new RegExp(`${said[lang]}.*\\d ± \\d`).test(text), text).toBe(is_estimate);
      }
      expect(reply.reasons.some(({ is_estimate }) => is_estimate)).toBe(true);
    }
    await api.close();
  });

  test("other threads give the same bytes", async () => {
    const copy = dataDirectory(join(root, "copy"));
    cpSync((await undisturbedRun()).loaded, copy.root, { recursive: true });
    storeModel(copy, model);
    await night(3, copy);
    for (const name of ["contributions", "reasons", "scores"]) {
      const of = (place: typeof data) => `read_parquet(${quoted(join(place.runs, run, "explain", `${name}.parquet`))})`;
      expect(await session.rows(`select * from ${of(copy)} order by all`)).toEqual(
        await session.rows(`select * from ${of(data)} order by all`),
      );
    }
  });
});
