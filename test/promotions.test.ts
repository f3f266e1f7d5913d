import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { champion, promote, promotions, resolveChampion } from "../src/cases/promotions.ts";
import { demoModelDirectory, readModelDirectory, storeModel } from "../src/scoring/model-store.ts";
import { type ModelStatement, packModel } from "../src/scoring/pack-model.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { onBothStores, tamper } from "./support/stores.ts";

const root = temporaryDirectory(afterAll);
let directories = 0;
const freshData = () => dataDirectory(join(root, String(directories++)));

onBothStores((opened) => {
  beforeEach(() => tamper(opened.store, "truncate promotion"));
  const why = { who: "analyst", why: "better than the rules", at: "2026-10-01T00:00:00.000Z" };

  test("the champion is the model promoted last, and nothing of the log is lost", async () => {
    const data = freshData();
    const { store } = opened;
    const first = storeModel(data, packModel(smallModel, smallStatement)).manifest.id;
    const second = storeModel(data, packModel({ ...smallModel, base: -3 }, smallStatement)).manifest.id;
    expect(await champion(store)).toBeUndefined();
    await promote(store, data, { id: first, ...why });
    await promote(store, data, { id: second, ...why });
    expect(await champion(store)).toBe(second);
    expect((await promotions(store)).map((each) => each.id)).toEqual([first, second]);
    await promote(store, data, { id: null, ...why });
    expect(await champion(store)).toBeUndefined();
    expect(await promotions(store)).toHaveLength(3);
  });

  test("a model that is not in the store, or has no reason, is not promoted", async () => {
    const data = freshData();
    const { store } = opened;
    await expect(promote(store, data, { id: "a".repeat(64), ...why })).rejects.toThrow("there is no model");
    const { id } = storeModel(data, packModel(smallModel, smallStatement)).manifest;
    await expect(promote(store, data, { id, ...why, why: "" })).rejects.toThrow();
    expect(await promotions(store)).toEqual([]);
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
  ])("a model that %s cannot become champion, though none can", async (_, statement, unmet) => {
    const data = freshData();
    const { store } = opened;
    const { id } = storeModel(data, packModel(smallModel, statement)).manifest;
    await expect(promote(store, data, { id, ...why })).rejects.toThrow(unmet);
    expect(await promotions(store)).toEqual([]);
    await promote(store, data, { id: null, ...why });
    expect(await promotions(store)).toHaveLength(1);
  });

  test("a model as good as rules and need may become champion", async () => {
    const data = freshData();
    const { store } = opened;
    const { id } = storeModel(data, packModel(smallModel, measured(atFive(0.3), { rules: atFive(0.3), need: atFive(0.3) }))).manifest;
    await promote(store, data, { id, ...why });
    expect(await champion(store)).toBe(id);
  });

  test("without a promotion real registers get no model, made-up data the shipped one where there is one", async () => {
    const data = freshData();
    const { store } = opened;
    expect(await resolveChampion(store, data, false)).toBeNull();
    const shipped = existsSync(join(demoModelDirectory(), "manifest.json")) ? readModelDirectory(demoModelDirectory()).manifest : null;
    expect(await resolveChampion(store, data, true)).toEqual(shipped === null ? null : { id: shipped.id, name: shipped.name });
  });

  test("a champion that learned from made-up data is refused for real registers", async () => {
    const data = freshData();
    const { store } = opened;
    const { id } = storeModel(data, packModel(smallModel, smallStatement)).manifest;
    await promote(store, data, { id, ...why });
    expect(await resolveChampion(store, data, true)).toEqual({ id, name: "small" });
    await expect(resolveChampion(store, data, false)).rejects.toThrow("learned from made-up data");
    await promote(store, data, { id: null, ...why });
    expect(await resolveChampion(store, data, true)).toBeNull();
  });
});
