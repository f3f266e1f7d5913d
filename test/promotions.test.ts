import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type Change, changeModelState } from "../src/cases/change-model-state.ts";
import { championOf, modelEvents, shadowsOf, standingsOf } from "../src/cases/model-states.ts";
import { champion, resolveChampion } from "../src/cases/promotions.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { demoModelDirectory, readModelDirectory, storeModel } from "../src/scoring/model-store.ts";
import { type ModelStatement, packModel } from "../src/scoring/pack-model.ts";
import type { PromotionConditions } from "../src/scoring/promotion-conditions.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { conditions } from "./support/conditions.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { onBothStores, tamper } from "./support/stores.ts";

const root = temporaryDirectory(afterAll);
let directories = 0;
const freshData = () => dataDirectory(join(root, String(directories++)));

onBothStores((opened) => {
  beforeEach(() => tamper(opened.store, "truncate model_event", "truncate promotion"));
  const decision = { who: "analyst", why: "better than the rules", at: "2026-10-01T00:00:00.000Z" };
  const world = () => {
    const data = freshData();
    const [a, b, c] = [-2, -3, -4].map((base) => storeModel(data, packModel({ ...smallModel, base }, smallStatement)).manifest.id) as [
      string,
      string,
      string,
    ];
    const change = (wanted: Change, by: PromotionConditions = conditions) => changeModelState(opened.store, data, wanted, decision, by);
    const states = async () => {
      const standings = standingsOf(await modelEvents(opened.store));
      return [a, b, c].map((id) => standings.get(id)?.state ?? "candidate");
    };
    return { data, a, b, c, change, states, promote: (id: string) => change({ action: "promote", id }) };
  };

  describe("life of a model version", () => {
    test("one model is champion at a time, any number are shadows, and each change says who, why, when, from and to", async () => {
      const { a, b, c, promote, change, states } = world();
      await promote(a);
      await change({ action: "shadow", id: b });
      await change({ action: "shadow", id: c });
      expect(await states()).toEqual(["champion", "shadow", "shadow"]);
      expect(await promote(b)).toEqual([
        { action: "promote", model_id: a, from: "champion", to: "candidate", ...decision },
        { action: "promote", model_id: b, from: "shadow", to: "champion", ...decision },
      ]);
      expect(await states()).toEqual(["candidate", "champion", "shadow"]);
      await change({ action: "retire", id: a });
      expect(await states()).toEqual(["retired", "champion", "shadow"]);
      const events = await modelEvents(opened.store);
      expect(shadowsOf(events)).toEqual([c]);
      expect(events.filter(({ to }) => to === "champion").map(({ model_id }) => model_id)).toEqual([a, b]);
      expect(events).toHaveLength(6);
    });

    test("rollback goes back champion by champion, and says when there is none before", async () => {
      const { a, b, c, promote, change, states } = world();
      await expect(change({ action: "rollback" })).rejects.toThrow("no champion before this one");
      for (const id of [a, b, c]) await promote(id);
      await change({ action: "rollback" });
      expect(await states()).toEqual(["candidate", "champion", "candidate"]);
      await change({ action: "rollback" });
      expect(await states()).toEqual(["champion", "candidate", "candidate"]);
      await expect(change({ action: "rollback" })).rejects.toThrow(/no champion before this one.*model off --why/);
      expect(await states()).toEqual(["champion", "candidate", "candidate"]);
    });

    test("rollback takes no model whose file was changed, nor one that was retired", async () => {
      const { data, a, b, promote, change, states } = world();
      await promote(a);
      await promote(b);
      const file = join(data.models, a, "model.onnx");
      const bytes = readFileSync(file);
      writeFileSync(file, Buffer.concat([bytes, Buffer.from([0x12, 0])]));
      await expect(change({ action: "rollback" })).rejects.toThrow("the file was changed");
      writeFileSync(file, bytes);
      await change({ action: "retire", id: a });
      await expect(change({ action: "rollback" })).rejects.toThrow(/was retired on 2026-10-01.*model off --why/);
      expect(await states()).toEqual(["retired", "champion", "candidate"]);
    });

    test("off leaves lists to rules and need, on brings the last champion back; a shadow made in between changes neither", async () => {
      const { data, a, b, promote, change, states } = world();
      await promote(a);
      await expect(change({ action: "on" })).rejects.toThrow("the model is not off");
      await change({ action: "off" });
      await change({ action: "shadow", id: b });
      expect(await resolveChampion(opened.store, data, true)).toBeNull();
      await expect(change({ action: "off" })).rejects.toThrow("off already, since 2026-10-01");
      await change({ action: "on" });
      expect(await states()).toEqual(["champion", "shadow", "candidate"]);
      expect(await resolveChampion(opened.store, data, true)).toEqual({ id: a, name: "small" });
    });

    test("off without a champion silences the shipped demo model too, and on brings it back", async () => {
      const { data, b, change } = world();
      const shipped = await resolveChampion(opened.store, data, true);
      await change({ action: "shadow", id: b });
      expect(await resolveChampion(opened.store, data, true)).toEqual(shipped);
      await change({ action: "off" });
      expect(await resolveChampion(opened.store, data, true)).toBeNull();
      await change({ action: "on" });
      expect(await resolveChampion(opened.store, data, true)).toEqual(shipped);
    });

    test.each<[string, (at: ReturnType<typeof world>) => Change[], string]>([
      ["promoting the champion", ({ a }) => [{ action: "promote", id: a }], "is champion already"],
      ["shadowing the champion", ({ a }) => [{ action: "shadow", id: a }], "scored each night anyway"],
      ["retiring the champion", ({ a }) => [{ action: "retire", id: a }], "first promote another"],
      ["retiring twice", ({ b }) => [b, b].map((id) => ({ action: "retire", id })), "was retired already"],
      ["a shadow made twice", ({ b }) => [b, b].map((id) => ({ action: "shadow", id })), "is a shadow already"],
      [
        "promoting a retired one",
        ({ b }) => [
          { action: "retire", id: b },
          { action: "promote", id: b },
        ],
        "model shadow",
      ],
      ["one that is not there", () => [{ action: "shadow", id: "a".repeat(64) }], "there is no model"],
    ])("%s is refused, and changes nothing", async (_, changes, message) => {
      const at = world();
      await at.promote(at.a);
      const wanted = changes(at);
      for (const each of wanted.slice(0, -1)) await at.change(each);
      const before = await modelEvents(opened.store);
      await expect(at.change(wanted.at(-1)!)).rejects.toThrow(message);
      expect(await modelEvents(opened.store)).toEqual(before);
    });

    test("a decision without a reason or a name is none", async () => {
      const { data, a } = world();
      for (const missing of [{ why: " " }, { who: "" }])
        await expect(
          changeModelState(opened.store, data, { action: "promote", id: a }, { ...decision, ...missing }, conditions),
        ).rejects.toThrow("who decides and why");
      expect(await modelEvents(opened.store)).toEqual([]);
    });

    test("two that promote at once leave one champion", async () => {
      const { a, b, c, promote } = world();
      await promote(a);
      await Promise.all([promote(b), promote(c)]);
      const events = await modelEvents(opened.store);
      const champions = [...standingsOf(events)].filter(([, { state }]) => state === "champion");
      expect(champions).toHaveLength(1);
      expect(championOf(events)).toBe(events.at(-1)?.model_id);
    });

    test("the record of changes is append-only", async () => {
      const { a, promote } = world();
      await promote(a);
      for (const sql of ["update model_event set why = 'x'", "delete from model_event", "truncate model_event"])
        await expect(opened.store.rows(sql)).rejects.toThrow("append-only");
    });
  });

  test("what was promoted before there were states is read as such changes", async () => {
    const [a, b] = ["a".repeat(64), "b".repeat(64)];
    const promoted = [null, a, a, b, null, null, a].map((id) => `(${id === null ? "null" : `'${id}'`}, 'w', 'y', '2026-01-01')`).join(", ");
    const [, moved] = readFileSync(projectFile("sql/store/003.do.model-events.sql"), "utf8").split(/(?=^insert into)/m);
    await opened.store.transaction(async (transaction) => {
      await transaction.rows(`insert into promotion (model_id, who, why, at) values ${promoted}`);
      await transaction.rows(moved!.split(";")[0]!);
    });
    const told = (await modelEvents(opened.store)).map(({ action, model_id, from, to }) => [action, model_id, from, to]);
    expect(told).toEqual([
      ["off", null, null, null],
      ["promote", a, "candidate", "champion"],
      ["promote", a, "champion", "candidate"],
      ["promote", b, "candidate", "champion"],
      ["off", b, "champion", "candidate"],
      ["off", null, null, null],
      ["promote", a, "candidate", "champion"],
    ]);
    expect(await champion(opened.store)).toBe(a);
    expect(await opened.store.rows("select model_id from promotion")).toHaveLength(7);
  });

  const measured = (metrics: object, baselines: object) => ({
    ...smallStatement,
    quality: { ...smallStatement.quality!, metrics: { ece: 0.01, ...metrics }, baselines: { ...baselines } },
  });
  const atFive = (precision_at_5: number | null) => ({ precision_at_5 });
  const promoteOne = async (statement: ModelStatement, by = conditions) => {
    const data = freshData();
    const { id } = storeModel(data, packModel(smallModel, statement)).manifest;
    await changeModelState(opened.store, data, { action: "promote", id }, decision, by);
    return id;
  };

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
    await expect(promoteOne(statement)).rejects.toThrow(unmet);
    expect(await modelEvents(opened.store)).toEqual([]);
    await changeModelState(opened.store, freshData(), { action: "off" }, decision, conditions);
    expect(await modelEvents(opened.store)).toHaveLength(1);
  });

  test("a model as good as rules and need may become champion", async () => {
    const id = await promoteOne(measured(atFive(0.3), { rules: atFive(0.3), need: atFive(0.3) }));
    expect(await champion(opened.store)).toBe(id);
  });

  test("without a promotion real registers get no model, made-up data the shipped one where there is one", async () => {
    const data = freshData();
    const { store } = opened;
    expect(await resolveChampion(store, data, false)).toBeNull();
    const shipped = existsSync(join(demoModelDirectory(), "manifest.json")) ? readModelDirectory(demoModelDirectory()).manifest : null;
    expect(await resolveChampion(store, data, true)).toEqual(shipped === null ? null : { id: shipped.id, name: shipped.name });
  });

  test("a champion that learned from made-up data is refused for real registers", async () => {
    const { data, a, promote } = world();
    await promote(a);
    expect(await resolveChampion(opened.store, data, true)).toEqual({ id: a, name: "small" });
    await expect(resolveChampion(opened.store, data, false)).rejects.toThrow("learned from made-up data");
  });
});
