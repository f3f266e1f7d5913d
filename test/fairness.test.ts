import { describe, expect, test } from "vitest";
import { fillLists } from "../src/experiments/capacity.ts";
import { formatMessage } from "../src/rules/message.ts";
import { falseDiscoveryThreshold } from "../src/training/benjamini-hochberg.ts";
import { drawTimes, numberGroups } from "../src/training/bootstrap.ts";
import { type Fairness, type FairnessCell, type FairnessRows, measureFairness } from "../src/training/fairness.ts";
import type { Compared } from "../src/training/fairness-comparisons.ts";
import { judgeFairness } from "../src/training/fairness-limits.ts";
import { manyComparisons, overall, sentenceOf } from "../src/training/fairness-words.ts";
import { atCount } from "../src/training/metrics.ts";
import { upperTail, zOfUpperTail } from "../src/training/normal.ts";
import type { Predictions } from "../src/training/predictions.ts";
import { seededRandom } from "../src/training/random.ts";
import { rows } from "./support/predictions.ts";

/** Each row's chance of a place on one list of so many. */
function listedAt({ label, score }: Pick<Predictions, "label" | "score">, places: number): Float64Array {
  return fillLists({ label, score }, { of: new Uint32Array(score.length), places: [places] }).chance;
}

/** Rows given as [how many, label, listed, probability, sex, place]. */
function table(...lines: [number, 0 | 1, number, number, string | null, string][]): FairnessRows {
  const all = lines.flatMap(([count, ...line]) => Array.from({ length: count }, () => line));
  return {
    label: Uint8Array.from(all, ([label]) => label),
    listed: all.map(([, listed]) => listed),
    score: Float64Array.from(all, ([, , score]) => score),
    columns: { sex: all.map((line) => line[3]), place: all.map((line) => line[4]) },
  };
}
const cellOf = (cells: readonly FairnessCell[], ...values: string[]) => cells.find((cell) => cell.values.join() === values.join());

/** Households of two rows: need differs by region, the list goes by a noisy score; women's score is lowered by `bias`. */
function people(seed: number, count: number, bias = 0): FairnessRows {
  const random = seededRandom(seed);
  const pick = (...values: string[]) => values[Math.floor(values.length * random())]!;
  const drawn = Array.from({ length: count }, (_, row) => {
    const [sex, region] = [pick("female", "male"), pick("a", "b", "c", "d", "e")];
    const risk = Math.min(0.95, random() ** 2 + (region === "a" ? 0.1 : 0));
    const label = random() < risk ? 1 : 0;
    return { sex, region, place: pick("urban", "rural"), disability: random() < 0.1 ? "yes" : "no", risk, label, household: row >> 1 };
  });
  const label = Uint8Array.from(drawn, (each) => each.label);
  const score = Float64Array.from(drawn, ({ risk, sex }) => Math.max(0, risk - (sex === "female" ? bias : 0)));
  const columns = Object.fromEntries(
    (["sex", "region", "place", "disability"] as const).map((name) => [name, drawn.map((each) => each[name])]),
  );
  return { label, score, listed: listedAt({ label, score }, count / 5), columns, group: drawn.map((each) => each.household) };
}

describe("by hand", () => {
  // women: 40 in need, 10 of them listed; 20 others, 10 listed. men: 40 in need, 30 listed; 60 others, 10 listed
  const hand = table(
    [10, 1, 1, 0.5, "female", "urban"],
    [30, 1, 0, 0.5, "female", "rural"],
    [10, 0, 1, 0.5, "female", "rural"],
    [10, 0, 0, 0.5, "female", "urban"],
    [30, 1, 1, 0.5, "male", "urban"],
    [10, 1, 0, 0.5, "male", "urban"],
    [10, 0, 1, 0.5, "male", "rural"],
    [50, 0, 0, 0.5, "male", "rural"],
  );
  const found = measureFairness(hand);
  const women = cellOf(found.cells, "female")!;

  test("recall, precision, calibration and share of the list, the rest beside", () => {
    expect(women).toMatchObject({ n: 60, positives: 40, listed: 20, rest: { n: 100, positives: 40 } });
    expect(Object.fromEntries(Object.entries(women.measures).map(([name, { value }]) => [name, value]))).toEqual({
      base_rate: 40 / 60,
      recall: 10 / 40,
      false_negative_rate: 30 / 40,
      precision: 10 / 20,
      calibration_gap: (60 * 0.5 - 40) / 60,
      observed_to_expected: 40 / 30,
      listed_share: 20 / 60,
    });
    expect(women.rest.measures).toMatchObject({ base_rate: 40 / 100, recall: 30 / 40, precision: 30 / 40, listed_share: 40 / 100 });
    expect(women.comparisons.recall.difference).toBeCloseTo(0.25 - 0.75, 15);
    expect(found).toMatchObject({ n: 160, positives: 80, listed: 60, measures: { recall: 40 / 80, precision: 40 / 60 } });
  });

  test("the error of equality: 80 in need, half of them listed, 40 a side: sqrt(1/4 (1/40 + 1/40))", () => {
    expect(women.comparisons.recall.standard_error).toBeCloseTo(Math.sqrt(0.25 * (2 / 40)), 12);
    expect(women.comparisons.recall.verdict).toMatchObject({ code: "lower" });
    expect(women.comparisons.listed_share.verdict).toEqual({ code: "not_tested" });
  });

  test("pairs of columns have cells, beside the rows that have a value in both", () => {
    const some = measureFairness({
      ...hand,
      columns: { ...hand.columns, place: hand.columns["place"]!.map((place, row) => (row === 0 ? null : place)) },
    });
    expect(some.cells.map(({ values, n, rest }) => [values.join(" "), n, rest.n])).toEqual([
      ["female", 60, 100],
      ["male", 100, 60],
      ["rural", 100, 59],
      ["urban", 59, 100],
      ["female rural", 40, 119],
      ["male rural", 60, 99],
      ["male urban", 40, 119],
    ]);
    expect(some.unjudged).toEqual({
      sex: { unknown: 0, small_values: 0, small_rows: 0 },
      place: { unknown: 1, small_values: 0, small_rows: 0 },
    });
  });

  test("a weight of k counts as k copies in every measure, and as less than k rows in what chance allows; equal weights change nothing", () => {
    const given = people(5, 600);
    const weight = Array.from(given.label, (_, row) => 1 + (row % 3));
    const rowsOf = Array.from(given.label, (_, row) => row).flatMap((row) => Array.from({ length: weight[row]! }, () => row));
    const copies: FairnessRows = {
      label: Uint8Array.from(rowsOf, (row) => given.label[row]!),
      score: Float64Array.from(rowsOf, (row) => given.score[row]!),
      listed: rowsOf.map((row) => given.listed[row]!),
      columns: Object.fromEntries(Object.entries(given.columns).map(([name, values]) => [name, rowsOf.map((row) => values[row]!)])),
    };
    const some = { replicates: 20 };
    const [weighted, copied, plain] = [
      measureFairness({ ...given, weight }, some),
      measureFairness(copies, some),
      measureFairness(given, some),
    ];
    expect(weighted).toMatchObject({ n: 600, replicates: 20 });
    let seen = 0;
    for (const cell of weighted.cells) {
      const twin = cellOf(copied.cells, ...cell.values)!;
      for (const [name, { value }] of Object.entries(cell.measures)) expect(value).toBeCloseTo(twin.measures[name as "recall"].value!, 9);
      expect(cell.n).toBe(cellOf(plain.cells, ...cell.values)!.n);
      seen += 1;
    }
    expect(seen).toBeGreaterThan(20);
    const women = (found: Fairness) => cellOf(found.cells, "female")!;
    expect(women(weighted).measures.recall.value).not.toBeCloseTo(women(plain).measures.recall.value!, 6);
    const scaled = measureFairness({ ...given, weight: weight.map(() => 0.25) }, some);
    expect(scaled).toEqual(plain);
    expect(() => measureFairness({ ...given, weight: weight.map((each, row) => (row === 4 ? -1 : each)) })).toThrow(
      "row 5: -1 is no weight",
    );
  });

  test("unequal weights widen what equality would give: by Kish's 1 + the squared variation of the weights", () => {
    const given = table(
      [100, 1, 1, 0.5, "female", "a"],
      [100, 1, 0, 0.5, "female", "a"],
      [100, 1, 1, 0.5, "male", "a"],
      [100, 1, 0, 0.5, "male", "a"],
    );
    // Weights 1 and 3 by turns: mean 2, mean square 5: 200 rows say as much as 160 equal ones.
    const weight = Array.from(given.label, (_, row) => (row % 2 === 0 ? 1 : 3));
    const { cells } = measureFairness({ ...given, weight, group: Array.from(given.label, () => 1) }, { replicates: 20 });
    expect(cellOf(cells, "female")!.comparisons.recall.standard_error).toBeCloseTo(Math.sqrt(0.25 * (2 / 160)), 12);
  });

  test("29 rows are no cell, 30 are", () => {
    const ofSize = (count: number) => measureFairness(table([count, 1, 1, 0.5, "female", "urban"], [100, 0, 0, 0.5, "male", "urban"]));
    expect(cellOf(ofSize(29).cells, "female")).toBeUndefined();
    expect(ofSize(29).unjudged["sex"]).toEqual({ unknown: 0, small_values: 1, small_rows: 29 });
    expect(cellOf(ofSize(30).cells, "female")).toMatchObject({ n: 30 });
  });

  test("nobody found is not found for certain: the interval is Wilson's; too few are no verdict", () => {
    const cells = measureFairness(
      table(
        [12, 1, 0, 0.5, "female", "urban"],
        [20, 0, 0, 0.5, "female", "urban"],
        [60, 1, 1, 0.5, "male", "urban"],
        [60, 1, 0, 0.5, "male", "urban"],
      ),
    ).cells;
    const { measures, comparisons } = cellOf(cells, "female")!;
    // Wilson: upper end of 0 of 12 is z^2 / (12 + z^2)
    expect(measures.recall.interval![0]).toBe(0);
    expect(measures.recall.interval![1]).toBeCloseTo(1.959964 ** 2 / (12 + 1.959964 ** 2), 6);
    expect(comparisons.recall.verdict).toEqual({ code: "too_few" });
    expect(measures.precision).toEqual({ value: null, interval: null });
  });

  test("what is no chance, or no probability, is refused with its row", () => {
    expect(() => measureFairness({ ...hand, listed: hand.score.map(() => 2) })).toThrow("row 1: 2 is no chance of a place");
    expect(() => measureFairness({ ...hand, score: hand.score.map(() => Number.NaN) })).toThrow("row 1: NaN is no probability");
    expect(() => measureFairness({ ...hand, columns: { sex: [] } })).toThrow("sex has 0 rows");
  });
});

test("places on the list, ties sharing the last ones: hits over places are the precision at capacity", () => {
  const four = rows([1, 0.9], [0, 0.6], [1, 0.6], [0, 0.1]);
  expect([...listedAt(four, 2)]).toEqual([1, 0.5, 0.5, 0]);
  expect([...listedAt(four, 9)]).toEqual([1, 1, 1, 1]);
  const { label, score } = people(4, 500);
  const tied = score.map((each) => Math.round(each * 20) / 20);
  const listed = listedAt({ label, score: tied }, 77);
  expect(listed.reduce((sum, each) => sum + each, 0)).toBeCloseTo(77, 9);
  const hits = listed.reduce((sum, each, row) => sum + each * label[row]!, 0);
  expect(hits / 77).toBeCloseTo(atCount({ label, score: tied }, 77).precision, 12);
});

test("the normal tail: published points, and back", () => {
  for (const [z, chance] of [
    [0, 0.5],
    [1.959963985, 0.025],
    [-1.959963985, 0.975],
    [4.264890794, 1e-5],
  ] as const)
    expect(upperTail(z) / chance).toBeCloseTo(1, 6);
  expect(zOfUpperTail(0.025)).toBeCloseTo(1.959963985, 6);
});

test("Benjamini and Hochberg's own example (1995, table of 15): four are found at 5 %, where Bonferroni finds three", () => {
  const published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
  expect(falseDiscoveryThreshold(published.toReversed(), 0.05)).toEqual({ findings: 4, threshold: (0.05 * 4) / 15 });
  expect(falseDiscoveryThreshold([0.2, 0.9], 0.05)).toEqual({ findings: 0, threshold: 0 });
  expect(falseDiscoveryThreshold([], 0.05).findings).toBe(0);
});

describe("independently", () => {
  const given = people(7, 1500, 0.1);
  const found = measureFairness(given, { replicates: 40, seed: 5 });

  /** Measures by looking at each copy of each row, nothing summed beforehand. */
  const slow = (drawn: readonly number[], isIn: (row: number) => boolean) => {
    const own = drawn.filter(isIn);
    const share = (rows: readonly number[], of: (row: number) => number) => rows.reduce((sum, row) => sum + of(row), 0);
    const events = own.filter((row) => given.label[row] === 1);
    return {
      recall: share(events, (row) => given.listed[row]!) / events.length,
      precision: share(events, (row) => given.listed[row]!) / share(own, (row) => given.listed[row]!),
      calibration_gap: share(own, (row) => given.score[row]! - given.label[row]!) / own.length,
      listed_share: share(own, (row) => given.listed[row]!) / own.length,
      observed_to_expected: events.length / share(own, (row) => given.score[row]!),
    };
  };
  const groups = numberGroups(given.label.length, given.group);
  const random = seededRandom(5);
  const draws = Array.from({ length: 40 }, () => {
    const times = drawTimes(groups, random);
    return Array.from(given.label, (_, row) => row).flatMap((row) => Array<number>(times[groups.ofRow[row]!]!).fill(row));
  });
  const quantile = (values: readonly number[], share: number) => {
    const sorted = values.toSorted((a, b) => a - b);
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
  };

  test("every cell's values, intervals and differences are those of the rows looked at one by one", () => {
    expect(found.cells.length).toBeGreaterThan(40);
    const all = Array.from(given.label, (_, row) => row);
    for (const cell of found.cells) {
      const isIn = (row: number) => cell.columns.every((name, side) => given.columns[name]![row] === cell.values[side]);
      const expected = slow(all, isIn);
      const drawn = draws.map((draw) => ({ own: slow(draw, isIn), rest: slow(draw, (row) => !isIn(row)) }));
      for (const [name, value] of Object.entries(expected) as [keyof typeof expected, number][]) {
        const where = `${cell.values} ${name}`;
        expect(cell.measures[name].value, where).toBeCloseTo(value, 9);
        const values = drawn.map(({ own }) => own[name]).filter((each) => !Number.isNaN(each));
        const { interval } = cell.measures[name];
        if (value > 0 && value < 1) {
          expect(interval![0], where).toBeCloseTo(quantile(values, 0.025), 9);
          expect(interval![1], where).toBeCloseTo(quantile(values, 0.975), 9);
        }
        if (name === "observed_to_expected") continue;
        const differences = drawn.map(({ own, rest }) => own[name] - rest[name]).filter((each) => !Number.isNaN(each));
        expect(cell.comparisons[name].interval![0], where).toBeCloseTo(quantile(differences, 0.025), 9);
        expect(cell.comparisons[name].interval![1], where).toBeCloseTo(quantile(differences, 0.975), 9);
      }
    }
  });

  test("the same seed gives the same; rows of one household are drawn together", () => {
    expect(measureFairness(given, { replicates: 40, seed: 5 })).toEqual(found);
    const alone = measureFairness({ ...given, group: undefined }, { replicates: 400 });
    const paired = measureFairness(
      {
        label: Uint8Array.from([...given.label, ...given.label]),
        score: Float64Array.from([...given.score, ...given.score]),
        listed: [...Array.from(given.listed), ...Array.from(given.listed)],
        columns: Object.fromEntries(Object.entries(given.columns).map(([name, values]) => [name, [...values, ...values]])),
        group: [...given.label, ...given.label].map((_, row) => row % given.label.length),
      },
      { replicates: 400 },
    );
    const width = (interval: readonly [number, number] | null) => interval![1] - interval![0];
    const of = (cells: readonly FairnessCell[]) => width(cellOf(cells, "male")!.measures.recall.interval);
    expect(of(paired.cells) / of(alone.cells)).toBeGreaterThan(0.85);
    expect(of(paired.cells) / of(alone.cells)).toBeLessThan(1.15);
  });
});

describe("differences", () => {
  const codes = (found: { cells: readonly FairnessCell[] }, measure: Compared) =>
    found.cells
      .filter(({ comparisons }) => ["lower", "higher"].includes(comparisons[measure].verdict.code))
      .map(({ values }) => values.join(" "));

  test("a planted bias is found where it was planted: women's recall is lower, by what holds the true gap; limits call it unfair", () => {
    const found = measureFairness(people(11, 8000, 0.15));
    const { verdict, difference } = cellOf(found.cells, "female")!.comparisons.recall;
    expect(verdict.code).toBe("lower");
    if (verdict.code !== "lower") throw new Error();
    // the true gap, from many rows of the same population
    const many = measureFairness({ ...people(12, 400_000, 0.15), group: undefined }, { replicates: 2 });
    const truth = -cellOf(many.cells, "female")!.comparisons.recall.difference!;
    expect(verdict.least).toBeLessThan(truth);
    expect(verdict.most).toBeGreaterThan(truth);
    expect(verdict.least).toBeLessThan(-difference!);
    const { verdict: whole, findings } = judgeFairness(found, { recall_gap: 0.1 });
    expect(whole).toBe("unfair");
    expect(findings).toContainEqual(expect.objectContaining({ code: "beyond", columns: ["sex"], values: ["female"] }));
    expect(findings.some(({ code, values }) => code === "beyond" && !values.includes("female"))).toBe(false);
    // their score was lowered: their risk is understated
    expect(judgeFairness(found, { calibration_gap: 0.05 }).findings).toContainEqual(
      expect.objectContaining({ code: "beyond", values: ["female"] }),
    );
  });

  test("without a bias none is found in 19 of 20 populations: of 60, at most 8 have any", () => {
    const withAny = Array.from({ length: 60 }, (_, seed) => {
      // need is alike in all regions here, so that precision is too
      const given = people(100 + seed, 2000);
      const region = given.columns["region"]!.map((value, row) => (value === "a" ? "bcde"[row % 4]! : value));
      const found = measureFairness({ ...given, columns: { ...given.columns, region } }, { replicates: 60 });
      expect(found.compared).toBeGreaterThan(40);
      return found.found;
    }).filter((count) => count > 0);
    expect(withAny.length).toBeLessThanOrEqual(8);
  });

  test("limits: fair when every gap above them is excluded, undecided when the data are too few, with what is open", () => {
    const wide = measureFairness(people(21, 30_000));
    expect(judgeFairness(wide, { recall_gap: 0.2 }).verdict).toBe("fair");
    const narrow = judgeFairness(measureFairness(people(22, 400)), { recall_gap: 0.02 });
    expect(narrow.verdict).toBe("undecided");
    expect(narrow.findings.some(({ code, columns }) => code === "may_be_beyond" && columns.length === 1)).toBe(true);
    expect(judgeFairness(wide, {})).toEqual({ verdict: "fair", findings: [] });
  });

  test("both sides of a limit: the upper end of the gap is excluded at it, and not just below it", () => {
    const found = measureFairness(people(23, 3000));
    const open = judgeFairness(found, { recall_gap: 0 }).findings.filter(({ columns }) => columns.length === 1);
    const most = Math.max(...open.map((finding) => finding.most!));
    expect(judgeFairness(found, { recall_gap: most }).verdict).toBe("fair");
    expect(judgeFairness(found, { recall_gap: most - 1e-9 }).verdict).toBe("undecided");
  });

  test("regions that differ in need are not said to differ in calibration", () => {
    const found = measureFairness(people(31, 20_000));
    expect(codes(found, "calibration_gap")).toEqual([]);
  });
});

describe("words", () => {
  const comparison = { difference: -0.085, interval: null, standard_error: 0.01 };
  const said = (verdict: Parameters<typeof sentenceOf>[1]["verdict"], language: "kk" | "ru" | "en") => {
    const { message, values } = sentenceOf("recall", { ...comparison, verdict });
    return formatMessage(message[language], language, values);
  };

  test("each verdict is a sentence with points", () => {
    expect(said({ code: "lower", least: 0.06, most: 0.11 }, "en")).toBe("Recall: lower than the rest: by 6 to 11 points");
    expect(said({ code: "lower", least: 0.06, most: 0.1149 }, "ru")).toBe(
      "Доля выявленных нуждающихся: ниже, чем у остальных: на 6–11,5 п. п.",
    );
    expect(said({ code: "no_difference", most: 0.042 }, "en")).toBe("Recall: no difference found, up to 4.2 points cannot be excluded");
    expect(said({ code: "too_few" }, "kk")).toBe("Анықталған мұқтаждар үлесі: айту үшін дерек аз");
    for (const sentences of [manyComparisons, ...Object.values(overall)])
      for (const language of ["kk", "ru", "en"] as const)
        expect(formatMessage(sentences[language], language, { compared: 1500, found: 2 })).not.toContain("{");
  });
});
