import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aldyn, columnOf, csv } from "./support/model-command.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const at = (name: string) => join(root, name);
const settings = "kind: boosted\nname: glass\nrounds: 40\nmin_samples_leaf: 10\ndirections: {children: '+', income_lcu: '-'}\n";

const fitted = (config: string, out: string, ...words: string[]) => {
  writeFileSync(at(`${out}.yaml`), config);
  const from = ["fit", "--data", at("train.csv"), "--label", "y", "--exclude", "household,region,year"];
  return aldyn(...from, ...words, "--config", at(`${out}.yaml`), "--out", at(out), "--json");
};

beforeAll(async () => {
  writeFileSync(at("train.csv"), csv(1));
  writeFileSync(at("test.csv"), csv(2));
  expect((await fitted(settings, "glass", "--time", "year")).problem).toBe("");
});

describe("fit with kind: boosted", () => {
  test("writes the model with its trees, tables and SQL, measured on the latest fifth of time", () => {
    expect(readdirSync(at("glass")).sort()).toEqual([
      "card.md",
      "manifest.json",
      "model.onnx",
      "reference.json",
      "score.sql",
      "tables.json",
      "trees.json",
    ]);
    const manifest = JSON.parse(readFileSync(at("glass/manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      kind: "boosted",
      name: "glass",
      trees: 40,
      settings: { rounds: 40, depth: 2, leaves: 31, min_samples_leaf: 10 },
    });
    expect(manifest.quality).toMatchObject({ kept_aside: "later", from: "2022", until: "2022", n: 200, refitted: true });
    expect(manifest.quality.metrics.auc).toBeGreaterThan(0.6);
    expect(manifest.proofs).toEqual([
      { feature: "income_lcu", direction: "-", by: "trees", failure: null },
      { feature: "children", direction: "+", by: "trees", failure: null },
    ]);
  });

  test("the same for any number of threads", async () => {
    expect((await fitted(`${settings}threads: 2\n`, "threads", "--time", "year")).problem).toBe("");
    for (const name of readdirSync(at("glass")))
      expect(readFileSync(at(`threads/${name}`)).equals(readFileSync(at(`glass/${name}`)))).toBe(true);
  });

  test("predict, evaluate and verify take it", async () => {
    expect((await aldyn("predict", "--model", at("glass"), "--data", at("test.csv"), "--out", at("preds.csv"))).problem).toBe("");
    expect(columnOf(at("preds.csv"), "probability")).toHaveLength(600);
    const evaluated = JSON.parse((await aldyn("evaluate", "--predictions", at("preds.csv"), "--label", "y", "--json")).out);
    expect(evaluated.auc).toBeGreaterThan(0.6);
    expect(JSON.parse((await aldyn("verify", at("glass"), "--json")).out).largest_difference).toBeLessThan(1e-12);
  });

  test("tables shows each table, the strongest first, and the proofs", async () => {
    const { out } = await aldyn("tables", at("glass"));
    expect(out).toContain("the sum of");
    expect(out).toMatch(/^income_lcu {2}\(moves the log-odds by 0\.\d+ on average\)$/m);
    expect(out).toContain("children + proven (trees)");
    expect(out).toContain("│█");
    const found = JSON.parse((await aldyn("tables", at("glass"), "--json")).out);
    const stored = JSON.parse(readFileSync(at("glass/tables.json"), "utf8"));
    expect(found.base).toBe(stored.base);
    expect(found.tables).toHaveLength(stored.tables.length);
    expect(found.tables[0].features).toEqual(["children"]);
  });

  test("tables --plots draws each table in kk, ru and en, the strongest first", async () => {
    const { out, problem } = await aldyn("tables", at("glass"), "--plots", at("plots"), "--json");
    expect(problem).toBe("");
    const drawn = readdirSync(at("plots")).sort();
    const names = JSON.parse(out).tables.map(({ features }: { features: string[] }) => features.join("-x-"));
    expect(drawn).toHaveLength(3 * names.length);
    for (const [place, name] of names.entries())
      for (const language of ["en", "kk", "ru"])
        expect(
          drawn.some((file) => Number.parseInt(file, 10) === place + 1 && file.endsWith(`-${name}.${language}.svg`)),
          name,
        ).toBe(true);
    const children = readFileSync(at(`plots/${drawn.find((file) => file.endsWith("-children.ru.svg"))}`), "utf8");
    expect(children).toContain("В семье");
    expect(children).toContain("children, человек");
  });

  test("deeper trees have no tables, and say so", async () => {
    expect((await fitted("kind: boosted\nrounds: 5\ndepth: null\nleaves: 8\n", "deep")).problem).toBe("");
    expect(readdirSync(at("deep")).sort()).toEqual(["card.md", "manifest.json", "model.onnx", "reference.json", "trees.json"]);
    expect((await aldyn("tables", at("deep"))).problem).toContain("boosted-y is no sum of tables");
  });

  test("stopping early goes by later rows, and the model is fitted on all rows for as many rounds", async () => {
    const stopping = `${settings.replace("rounds: 40", "rounds: 400")}learning_rate: 0.3\nstop_early: {patience: 5}\n`;
    const { out, problem } = await fitted(stopping, "stopped", "--time", "year", "--group", "household");
    expect(problem).toBe("");
    const { rounds } = JSON.parse(out);
    expect(rounds).toBeGreaterThan(0);
    expect(rounds).toBeLessThan(400);
    expect(JSON.parse(readFileSync(at("stopped/manifest.json"), "utf8"))).toMatchObject({
      trees: rounds,
      settings: { rounds },
      training: { rows: 600 },
    });
    expect((await fitted(stopping, "refused")).problem).toContain("stop_early needs rows of several times");
  });
});

test.each([
  ["roundz: 5", 'roundz is not a known key (did you mean "rounds"?)'],
  ["transforms: {children: none}", "transforms is not a known key"],
  ["depth: 0", "depth: Too small"],
  ["interactions: [[children, debts]]", 'no column debts (did you mean "debt"?)'],
])("a wrong setting is named: %s", async (line, message) => {
  expect((await fitted(`kind: boosted\n${line}\n`, "wrong")).problem).toContain(message);
});

test("a kind that there is not is named", async () => {
  expect((await fitted("kind: forest\n", "wrong")).problem).toContain("kind: Invalid option");
});
