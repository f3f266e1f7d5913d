import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scorecardCsv, scorecardMarkdown } from "../src/cli/scorecard-text.ts";
import { pointsCard, pointsLoss, pointsProbabilities, totalPoints } from "../src/training/points.ts";
import { seededRandom } from "../src/training/random.ts";
import { sigmoid } from "../src/training/sigmoid.ts";
import { aldyn, csv } from "./support/model-command.ts";
import { temporaryDirectory } from "./support/registry.ts";

/** Children (0 to 4) add 0.5 each to the log-odds, income takes 2 off from 500 on, an unknown debt adds 1. */
function households(seed: number, size: number) {
  const random = seededRandom(seed);
  const children = Float64Array.from({ length: size }, () => Math.floor(5 * random()));
  const income = Float64Array.from({ length: size }, () => 100 * Math.floor(10 * random()));
  const debt = Float64Array.from({ length: size }, () => (random() < 0.3 ? Number.NaN : random()));
  const parts = [
    children.map((each) => 0.5 * each),
    income.map((each) => (each < 500 ? 0 : -2)),
    debt.map((each) => (Number.isNaN(each) ? 1 : 0)),
  ];
  const score = children.map((_, row) => sigmoid(-1 + parts[0]![row]! + parts[1]![row]! + parts[2]![row]!));
  const label = Uint8Array.from(score, (each) => (random() < each ? 1 : 0));
  return { rows: { names: ["children", "income", "debt"], columns: [children, income, debt], label }, parts, score };
}
const made = households(1, 20_000);
const aside = households(2, 20_000);
const card = pointsCard(made.rows, made.parts)!;

describe("the card", () => {
  test("by hand: 2 on the log-odds are ten points, so a child is 2.5, an unknown debt 5; whole numbers are parted at whole numbers", () => {
    expect(card.features).toEqual([
      { name: "children", thresholds: [0, 1, 2, 3], points: [0, 3, 5, 8, 10], unknown: null },
      { name: "income", thresholds: [450], points: [10, 0], unknown: null },
      { name: "debt", thresholds: [], points: [0], unknown: 5 },
    ]);
    const { rows } = made;
    const two = {
      ...rows,
      columns: [Float64Array.of(2, 0), Float64Array.of(100, 900), Float64Array.of(Number.NaN, 0.5)],
      label: rows.label.slice(0, 2),
    };
    expect([...totalPoints(card.features, two)]).toEqual([5 + 10 + 5, 0]);
  });

  test("bands of totals cover all totals once; each says what came of such rows, within chance", () => {
    expect(card.bands[0]!.from).toBe(0);
    expect(card.bands.at(-1)!.to).toBe(10 + 10 + 5);
    for (const [place, { from }] of card.bands.entries()) if (place > 0) expect(from).toBe(card.bands[place - 1]!.to + 1);
    const totals = totalPoints(card.features, aside.rows);
    for (const { from, to, probability } of card.bands) {
      const inBand = Array.from(totals, (total, row) => ({ total, row })).filter(({ total }) => total >= from && total <= to);
      if (inBand.length < 200) continue;
      const observed = inBand.reduce((sum, { row }) => sum + aside.rows.label[row]!, 0) / inBand.length;
      expect(Math.abs(observed - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / inBand.length) + 0.015);
    }
  });

  test("the loss is measured against the model: little here, more with two bins", () => {
    const loss = pointsLoss(card, aside.rows, aside.score);
    expect(loss.n).toBe(20_000);
    expect(loss.auc.model! - loss.auc.card!).toBeLessThan(0.005);
    expect(loss.log_loss.card - loss.log_loss.model).toBeGreaterThan(0);
    expect(loss.log_loss.card - loss.log_loss.model).toBeLessThan(0.01);
    const coarse = pointsCard(made.rows, made.parts, { bins: 2, mostPoints: 2 })!;
    const coarser = pointsLoss(coarse, aside.rows, aside.score);
    expect(coarser.log_loss.card).toBeGreaterThan(loss.log_loss.card);
    expect(coarser.auc.card!).toBeLessThan(loss.auc.card!);
  });

  test("never more lines than asked for; a declared direction is kept where what a feature adds goes up and down", () => {
    const wavy = made.rows.columns[0]!.map((each, row) => 0.5 * each + (each === 2 ? -0.8 : 0) + made.parts[2]![row]!);
    const parts = [wavy, ...made.parts.slice(1)];
    expect(pointsCard(made.rows, parts)!.features[0]!.points).not.toEqual(
      [...pointsCard(made.rows, parts)!.features[0]!.points].sort((a, b) => a - b),
    );
    const { points } = pointsCard(made.rows, parts, { directions: { children: "+" } })!.features[0]!;
    expect(points).toEqual([...points].sort((a, b) => a - b));
    for (const bins of [2, 3, 6])
      for (const feature of pointsCard(made.rows, made.parts, { bins })!.features) expect(feature.points.length).toBeLessThanOrEqual(bins);
  });

  test("a model that says the same of all has no card", () => {
    expect(
      pointsCard(
        made.rows,
        made.parts.map((part) => part.map(() => 0.3)),
      ),
    ).toBeNull();
  });
});

describe("on paper", () => {
  const saying = (language: "kk" | "ru" | "en") => ({ language, label: (name: string) => name });

  test("adding the lines of the Markdown table by hand gives the probability of the program", () => {
    const text = scorecardMarkdown(card, null, saying("en"));
    const lines = [...text.matchAll(/^\| (\S+) \| (.+) \| (\d+) \|$/gm)].map(([, name, range, points]) => ({
      name,
      range: range!,
      points: Number(points),
    }));
    expect(lines.length).toBe(5 + 2 + 2);
    const holds = (range: string, value: number) =>
      range === "known"
        ? !Number.isNaN(value)
        : range === "unknown"
          ? Number.isNaN(value)
          : range.split(", ").every((part) => (part.startsWith("≤") ? value <= Number(part.slice(2)) : value > Number(part.slice(2))));
    const bands = [...text.matchAll(/^\| (\d+)(?:–(\d+))? \| ([\d.]+)% \|$/gm)].map(([, from, to, percent]) => [
      Number(from),
      Number(to ?? from),
      Number(percent),
    ]);
    const probabilities = pointsProbabilities(card, aside.rows);
    for (let row = 0; row < 500; row++) {
      const total = aside.rows.names.reduce((sum, name, index) => {
        const matching = lines.filter((line) => line.name === name && holds(line.range, aside.rows.columns[index]![row]!));
        expect(matching).toHaveLength(1);
        return sum + matching[0]!.points;
      }, 0);
      const [, , percent] = bands.find(([from, to]) => total >= from! && total <= to!)!;
      expect(percent! / 100).toBeCloseTo(probabilities[row]!, 2.5);
    }
  });

  test("headings in three languages, numbers as they are written there", () => {
    expect(scorecardMarkdown(card, null, saying("ru"))).toContain("| children | > 0, ≤ 1 | 3 |");
    expect(scorecardMarkdown(card, null, saying("kk"))).toContain("# Ұпай картасы");
    expect(scorecardCsv(card, saying("ru"))).toContain('children,"> 0, ≤ 1",3\r\n');
  });
});

test("aldyn model scorecard makes the card of a logistic and of a boosted model, and says what it loses", async () => {
  const root = temporaryDirectory(afterAll);
  const at = (name: string) => join(root, name);
  writeFileSync(at("train.csv"), csv(1));
  writeFileSync(at("boosted.yaml"), "kind: boosted\nrounds: 40\nmin_samples_leaf: 10\ndirections: {children: '+'}\n");
  const fit = ["fit", "--data", at("train.csv"), "--label", "y", "--exclude", "household,region,year"];
  expect((await aldyn(...fit, "--out", at("logistic"))).problem).toBe("");
  expect((await aldyn(...fit, "--config", at("boosted.yaml"), "--out", at("boosted"))).problem).toBe("");
  const rows = ["--rows", at("train.csv"), "--label", "y", "--group", "household"];
  for (const name of ["logistic", "boosted"]) {
    const { out, problem } = await aldyn("scorecard", at(name), ...rows, "--json", "--out", at(`card-${name}`));
    expect(problem).toBe("");
    const found = JSON.parse(out);
    expect(found.loss.auc.card, name).toBeGreaterThan(0.55);
    expect(found.features.map((feature: { name: string }) => feature.name)).toContain("children");
    expect(readdirSync(at(`card-${name}`))).toHaveLength(6);
    expect(readFileSync(at(`card-${name}/scorecard.ru.md`), "utf8")).toMatch(
      /На 1\d\d строках, по которым карта не строилась.*AUC 0,\d{3} \([+-]?\d/,
    );
  }
  expect((await aldyn("scorecard", at("boosted"), ...rows, "--language", "fr")).problem).toContain("--language fr: kk, ru or en");
});
