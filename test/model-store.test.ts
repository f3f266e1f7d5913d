import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { modelCard } from "../src/scoring/card.ts";
import { scoreExplainer } from "../src/scoring/contributions.ts";
import { modelIds, readModel, readModelDirectory, storeModel, writeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { selfTest } from "../src/scoring/self-test.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let directories = 0;
const freshData = () => dataDirectory(join(root, String(directories++)));

describe("the store", () => {
  test("a model is read back as it was written, by its id or the beginning of it", () => {
    const data = freshData();
    const packed = packModel(smallModel, smallStatement);
    const stored = storeModel(data, packed);
    expect(readdirSync(stored.directory).sort()).toEqual(["card.md", "manifest.json", "model.onnx"]);
    expect(modelIds(data)).toEqual([packed.manifest.id]);
    expect(readModel(data, packed.manifest.id)).toEqual(stored);
    expect(readModel(data, packed.manifest.id.slice(0, 8)).manifest).toEqual(packed.manifest);
    expect(readdirSync(data.models)).toEqual([packed.manifest.id]);
  });

  test("storing the same model again changes nothing", () => {
    const data = freshData();
    const { directory } = storeModel(data, packModel(smallModel, smallStatement));
    const before = readFileSync(join(directory, "manifest.json"), "utf8");
    storeModel(data, packModel(smallModel, smallStatement));
    expect(readFileSync(join(directory, "manifest.json"), "utf8")).toBe(before);
    expect(readdirSync(data.models)).toHaveLength(1);
  });

  test("a model that is not there is refused with the way to see what is", () => {
    expect(() => readModel(freshData(), "0".repeat(64))).toThrow(/there is no model 0+ .*model list/);
  });

  test("onnxruntime and the manifest's formula agree on made-up rows", async () => {
    const { rows, largest } = await selfTest(storeModel(freshData(), packModel(smallModel, smallStatement)));
    expect(rows).toBe(1000);
    expect(largest).toBeLessThan(1e-12);
  });
});

describe("what does not belong together is refused by name", () => {
  type Manifest = ReturnType<typeof packModel>["manifest"];

  /** A stored model whose manifest was changed by hand. */
  function tampered(change: (manifest: Manifest) => object): string {
    const { directory, manifest } = storeModel(freshData(), packModel(smallModel, smallStatement));
    writeFileSync(join(directory, "manifest.json"), JSON.stringify(change(manifest)));
    return directory;
  }

  test("one byte of model.onnx changed", () => {
    const { directory, onnx } = storeModel(freshData(), packModel(smallModel, smallStatement));
    const bytes = onnx.slice();
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(directory, "model.onnx"), bytes);
    expect(() => readModelDirectory(directory)).toThrow(/model\.onnx has SHA-256 [0-9a-f]{64}, but the model is/);
  });

  test("a whole model under another's id", () => {
    const data = freshData();
    const { directory } = storeModel(data, packModel(smallModel, smallStatement));
    const wrong = join(data.models, "f".repeat(64));
    renameSync(directory, wrong);
    expect(() => readModel(data, "f".repeat(64))).toThrow(`but the model is ${"f".repeat(64)}`);
  });

  test("features in another order", () => {
    const directory = tampered((manifest) => ({ ...manifest, features: [...manifest.features].reverse() }));
    expect(() => readModelDirectory(directory)).toThrow("feature 1 is income_lcu, but model.onnx takes children there");
  });

  test("a feature more", () => {
    const directory = tampered((manifest) => ({
      ...manifest,
      features: [...manifest.features, { ...manifest.features[0], name: "wealth" }],
    }));
    expect(() => readModelDirectory(directory)).toThrow("feature 3 is wealth, but model.onnx takes no more there");
  });

  test("another coefficient, transform, base, label or horizon", () => {
    const first = (change: object) =>
      tampered((manifest) => ({
        ...manifest,
        features: manifest.features.map((each, index) => (index === 0 ? { ...each, ...change } : each)),
      }));
    expect(() => readModelDirectory(first({ coefficient: -0.5 }))).toThrow("coefficient differ from those in model.onnx");
    expect(() => readModelDirectory(first({ transform: "signed_log" }))).toThrow("is_signed_log differ");
    expect(() => readModelDirectory(tampered((manifest) => ({ ...manifest, base: 0 })))).toThrow("base differ");
    expect(() => readModelDirectory(tampered((manifest) => ({ ...manifest, label: "fraud" })))).toThrow(
      "label is fraud, but model.onnx says",
    );
    expect(() => readModelDirectory(tampered((manifest) => ({ ...manifest, horizon_months: 9 })))).toThrow("horizon_months is 9");
  });

  test("a weight for the silence of a family that was asked for consent", () => {
    const consented = (manifest: Manifest) => manifest.features.map((each) => ({ ...each, needs_consent: true }));
    expect(() => readModelDirectory(tampered((manifest) => ({ ...manifest, features: consented(manifest) })))).toThrow(
      "features.1: needs consent, so that being unknown may have no weight",
    );
  });

  test("a key that no manifest has, a key too few, no JSON at all", () => {
    expect(() => readModelDirectory(tampered((manifest) => ({ ...manifest, secret: 1 })))).toThrow("secret");
    expect(() => readModelDirectory(tampered(({ base: _, ...rest }) => rest))).toThrow("base");
    const { directory } = storeModel(freshData(), packModel(smallModel, smallStatement));
    appendFileSync(join(directory, "manifest.json"), "}");
    expect(() => readModelDirectory(directory)).toThrow(join(directory, "manifest.json"));
  });
});

describe("contributions", () => {
  const packed = packModel(smallModel, smallStatement);

  test("by hand, known and unknown; they add up to the log-odds less the base", () => {
    // children: 0.5 * (4 - 2) / 1; income: -1 * (13 - 11) / 2 + 0.3 * (0 - 0.2) / 0.4
    const known = scoreExplainer(packed)({ children: 4, income_lcu: Math.expm1(13), wealth: 7 });
    expect(known.contributions.map(({ feature, contribution }) => [feature, Number(contribution.toFixed(9))])).toEqual([
      ["children", 1],
      ["income_lcu", -1.15],
    ]);
    expect(known.margin).toBeCloseTo(-2 + 1 - 1.15, 9);
    // income unknown: 0.3 * (1 - 0.2) / 0.4
    const unknown = scoreExplainer(packed)({ children: 2, income_lcu: null });
    expect(unknown.contributions[1]).toEqual({ feature: "income_lcu", value: null, contribution: (0.3 * 0.8) / 0.4 });
    expect(unknown.margin).toBe(-2 + (0.3 * 0.8) / 0.4);
  });

  test("a feature that the row does not have is named", () => {
    expect(() => scoreExplainer(packed)({ children: 2 })).toThrow("model small wants income_lcu");
  });
});

describe("the card", () => {
  const packed = packModel(smallModel, smallStatement);

  test("says in three languages what the model is, on what it was measured, and that made-up data are made up", () => {
    const card = modelCard(packed.manifest);
    expect(card).toContain("алдағы 6 айда");
    expect(card).toContain("в ближайшие 6 мес.");
    expect(card).toContain("| metric | model | interval | lowest income first | rules | need |");
    expect(card).toContain("| auc | 0.75 | 0.7 to 0.8 | 0.7 | unknown | unknown |");
    expect(card).toContain("**made up**: not for real registers");
    expect(card).toContain("| `children` | + | 0.5 |");
    expect(card).toContain(packed.manifest.id);
  });

  test("says who answers for it in each language, and what the authority has not filled", () => {
    const named = packModel(smallModel, {
      ...smallStatement,
      responsible: { intended_use: { kk: "Бару", ru: "Навестить", en: "To visit" }, owner: "Akimat", contact: null },
    });
    const card = modelCard(named.manifest);
    expect(card).toContain("Intended use: To visit.");
    expect(card).toContain("Owner: Akimat. Contact: [to be filled by the authority].");
    expect(card).toContain("Назначение: Навестить. Владелец: Akimat. Контакт: [заполняет орган].");
    expect(card).toContain("Мақсаты: Бару. Иесі: Akimat. Байланыс: [орган толтыруы тиіс].");
    expect(modelCard(packed.manifest)).toContain("Owner: [to be filled by the authority]. Contact: [to be filled by the authority].");
  });

  test("of a model that was not measured says so", () => {
    const card = modelCard(packModel(smallModel, { ...smallStatement, quality: null }).manifest);
    expect(card).toContain("Its quality is unknown: do not promote it.");
  });

  test("is written beside the model", () => {
    const { directory } = writeModel(packed, join(root, "elsewhere", "model"));
    expect(readFileSync(join(directory, "card.md"), "utf8")).toBe(modelCard(packed.manifest));
  });
});
