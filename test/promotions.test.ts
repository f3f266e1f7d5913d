import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoModelDirectory, type ModelStatement, packModel, readModelDirectory, storeModel } from "../src/scoring/model-store.ts";
import { champion, promote, promotions, resolveChampion } from "../src/scoring/promotions.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let directories = 0;
const freshData = () => dataDirectory(join(root, String(directories++)));

describe("promotions", () => {
  const why = { who: "analyst", why: "better than the rules", at: "2026-10-01T00:00:00Z" };

  test("the champion is the model promoted last, and nothing of the log is lost", () => {
    const data = freshData();
    const first = storeModel(data, packModel(smallModel, smallStatement)).manifest.id;
    const second = storeModel(data, packModel({ ...smallModel, base: -3 }, smallStatement)).manifest.id;
    expect(champion(data)).toBeUndefined();
    promote(data, { id: first, ...why });
    promote(data, { id: second, ...why });
    expect(champion(data)).toBe(second);
    expect(promotions(data).map((each) => each.id)).toEqual([first, second]);
    promote(data, { id: null, ...why });
    expect(champion(data)).toBeUndefined();
    expect(promotions(data)).toHaveLength(3);
  });

  test("a model that is not in the store, or has no reason, is not promoted", () => {
    const data = freshData();
    expect(() => promote(data, { id: "a".repeat(64), ...why })).toThrow("there is no model");
    const { id } = storeModel(data, packModel(smallModel, smallStatement)).manifest;
    expect(() => promote(data, { id, ...why, why: "" })).toThrow();
    expect(promotions(data)).toEqual([]);
  });

  const measured = (metrics: object, baselines: object) => ({
    ...smallStatement,
    quality: { ...smallStatement.quality!, metrics: { ...metrics }, baselines: { ...baselines } },
  });
  const atFive = (precision_at_5: number | null) => ({ precision_at_5 });

  test.each<[string, ModelStatement, string]>([
    ["was never measured", { ...smallStatement, quality: null }, "its quality was never measured"],
    [
      "was measured on rows of the same time",
      { ...smallStatement, quality: { ...smallStatement.quality!, kept_aside: "rows" } },
      "not measured on a later window",
    ],
    ["stands beside neither rules nor need", measured(atFive(0.4), { income: atFive(0.1) }), "no rules or need ranking was measured"],
    ["has no precision", measured(atFive(null), { rules: atFive(0.1) }), "its precision at 5 % is unknown"],
    [
      "is worse than the rules",
      measured(atFive(0.3), { rules: atFive(0.31), need: atFive(0.2) }),
      "its precision at 5 % is 0.3000, that of the rules ranking 0.3100",
    ],
    ["is worse than need", measured(atFive(0.3), { rules: atFive(0.3), need: atFive(0.5) }), "that of the need ranking 0.5000"],
  ])("a model that %s cannot become champion, though none can", (_, statement, unmet) => {
    const data = freshData();
    const { id } = storeModel(data, packModel(smallModel, statement)).manifest;
    expect(() => promote(data, { id, ...why })).toThrow(unmet);
    expect(promotions(data)).toEqual([]);
    promote(data, { id: null, ...why });
    expect(promotions(data)).toHaveLength(1);
  });

  test("a model as good as rules and need may become champion", () => {
    const data = freshData();
    const { id } = storeModel(data, packModel(smallModel, measured(atFive(0.3), { rules: atFive(0.3), need: atFive(0.3) }))).manifest;
    promote(data, { id, ...why });
    expect(champion(data)).toBe(id);
  });

  test("a broken line of the log is named", () => {
    const data = freshData();
    mkdirSync(data.models, { recursive: true });
    writeFileSync(join(data.models, "promotions.jsonl"), `${JSON.stringify({ id: null, ...why })}\n{"id":\n`);
    expect(() => champion(data)).toThrow("promotions.jsonl:2");
  });

  test("without a promotion real registers get no model, made-up data the shipped one where there is one", () => {
    const data = freshData();
    expect(resolveChampion(data, false)).toBeNull();
    const shipped = existsSync(join(demoModelDirectory(), "manifest.json")) ? readModelDirectory(demoModelDirectory()).manifest : null;
    expect(resolveChampion(data, true)).toEqual(shipped === null ? null : { id: shipped.id, name: shipped.name });
  });

  test("a champion that learned from made-up data is refused for real registers", () => {
    const data = freshData();
    const { id } = storeModel(data, packModel(smallModel, smallStatement)).manifest;
    promote(data, { id, ...why });
    expect(resolveChampion(data, true)).toEqual({ id, name: "small" });
    expect(() => resolveChampion(data, false)).toThrow("learned from made-up data");
    promote(data, { id: null, ...why });
    expect(resolveChampion(data, true)).toBeNull();
  });
});
