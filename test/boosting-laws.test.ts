import { describe, expect, test } from "vitest";
import { type BoostOptions, fitBoosted } from "../src/training/boosting/boost.ts";
import { type BoostedModel, leafOf, marginOf, probabilityOf, type Tree } from "../src/training/boosting/tree.ts";
import { seededRandom } from "../src/training/random.ts";
import { families, marginsOf, pickRows, rowOf } from "./support/boosting.ts";

const deep: BoostOptions = { rounds: 8, depth: null, leaves: 12 };
const onThreads = { workForThreads: 0 };
/** Features on the way to each leaf. */
function paths({ feature, left, right }: Tree, node = 0, above: number[] = []): number[][] {
  if (feature[node] === -1) return [above];
  const path = [...above, feature[node]!];
  return [...paths({ feature, left, right } as Tree, left[node], path), ...paths({ feature, left, right } as Tree, right[node], path)];
}

describe("the same trees, to the bit", () => {
  const rows = families(1, 3000, (random) => Math.ceil(3 * random()) / 2);

  test.each<[string, BoostOptions, BoostOptions]>([
    ["two and four threads", deep, { threads: 4 }],
    ["threads, with weights that weigh the loss only", { ...deep, weights: "survey" }, { threads: 2 }],
    ["threads, on shares of rows and columns", { ...deep, rowShare: 0.6, columnShare: 0.5 }, { threads: 3 }],
  ])("whatever the number of threads: %s", async (_, options, more) => {
    const [one, other] = [await fitBoosted(rows, options), await fitBoosted(rows, { ...options, ...more }, onThreads)];
    expect(one.model.trees).toHaveLength(8);
    expect(other).toEqual(one);
    expect(await fitBoosted(rows, { ...options, threads: 2 }, onThreads)).toEqual(one);
  });

  test("whatever the order of the rows", async () => {
    const random = seededRandom(5);
    const order = Array.from(rows.label, (_, row) => ({ row, place: random() })).sort((a, b) => a.place - b.place);
    const shuffled = pickRows(
      rows,
      order.map(({ row }) => row),
    );
    for (const weights of ["copies", "survey"] as const)
      expect(await fitBoosted(shuffled, { ...deep, weights })).toEqual(await fitBoosted(rows, { ...deep, weights }));
  });

  test("from WebAssembly and from JavaScript, and when histograms have to be made again", async () => {
    for (const weights of ["copies", "survey"] as const) {
      const options = { ...deep, weights, leaves: 31, minSamplesLeaf: 4 };
      const one = await fitBoosted(rows, options);
      expect(one.model.trees[0]!.feature).toHaveLength(61);
      expect(await fitBoosted(rows, options, { kernel: "plain" })).toEqual(one);
      expect(await fitBoosted(rows, { ...options, threads: 2 }, { histogramBytes: 0, ...onThreads })).toEqual(one);
    }
  });

  test("from more rows than the kernel takes at a time, and more features than stand in one cache line", async () => {
    const some = families(2, 70_000);
    const names = Array.from({ length: 70 }, (_, copy) => `x${copy}`);
    const many = {
      ...some,
      names,
      columns: names.map((_, copy) => some.columns[copy % 5]!.map((value) => Math.floor(value * (1 + copy)) % 100)),
    };
    const options = { rounds: 2, depth: null, leaves: 6 };
    const one = await fitBoosted(many, options);
    expect(one.model.trees[1]!.feature).toHaveLength(11);
    expect(await fitBoosted(many, options, { kernel: "plain" })).toEqual(one);
  });

  test("from a weight of k and from k copies of the row, in bins, counts and trees; other weights are no copies", async () => {
    // income has more values than bins, so its percentiles are weighted
    const whole = families(3, 900, (random) => Math.floor(4 * random()));
    const copies = pickRows(whole, Array.from(whole.weight!, (weight, row) => Array<number>(weight).fill(row)).flat());
    for (const options of [deep, { ...deep, minSamplesLeaf: 90 }, { ...deep, bins: 9 }]) {
      const [weighted, copied] = [await fitBoosted(whole, options), await fitBoosted({ ...copies, weight: undefined }, options)];
      expect(weighted).toEqual(copied);
      const least = Math.min(...weighted.model.trees.flatMap(({ weight }) => [...weight]));
      expect(least).toBeGreaterThanOrEqual(options.minSamplesLeaf ?? 20);
      expect(await fitBoosted(whole, { ...options, weights: "survey" })).not.toEqual(copied);
    }
  });

  test("from the same seed; another seed draws other rows and columns", async () => {
    for (const share of [{ rowShare: 0.5 }, { columnShare: 0.4 }]) {
      const draw = (seed: number) => fitBoosted(rows, { ...deep, ...share, seed });
      const one = await draw(1);
      expect(await draw(1)).toEqual(one);
      expect(await draw(2)).not.toEqual(one);
    }
  });
});

describe("what stands in a tree", () => {
  const rows = families(4, 4000);

  test("the weight that reached each node, and no leaf below the smallest one: both sides of the threshold", async () => {
    const { model } = await fitBoosted(rows, { ...deep, leaves: null, minSamplesLeaf: 150, rounds: 3 });
    const leafWeights = model.trees.flatMap(({ weight, left }) => [...weight].filter((_, node) => left[node] === -1));
    expect(Math.min(...leafWeights)).toBeGreaterThanOrEqual(150);
    expect(Math.min(...leafWeights)).toBeLessThan(160);
    for (const tree of model.trees) {
      const reached = new Map<number, number>();
      for (let row = 0; row < rows.label.length; row++) {
        const leaf = leafOf(tree, rowOf(rows, model, row));
        reached.set(leaf, (reached.get(leaf) ?? 0) + 1);
      }
      for (const [leaf, count] of reached) expect(tree.weight[leaf]).toBe(count);
      tree.left.forEach((left, node) => {
        if (left >= 0) expect(tree.weight[node]).toBe(tree.weight[left]! + tree.weight[tree.right[node]!]!);
      });
    }
  });

  test("the weight of a bin with more rows than 16 bits count", async () => {
    const x = Float64Array.from({ length: 150_000 }, (_, row) => (row % 1000 === 0 ? 1 : 0));
    const label = Uint8Array.from(x, (value, row) => (value === 1 || row % 3 === 0 ? 1 : 0));
    const { model } = await fitBoosted({ names: ["x"], columns: [x], label }, { rounds: 1 });
    expect([...model.trees[0]!.weight]).toEqual([150_000, 149_850, 150]);
  });

  test("weights that are no copies are summed too, while rows are counted", async () => {
    const survey = families(4, 500, () => 0.25);
    const { model } = await fitBoosted(survey, { rounds: 1, weights: "survey", minSamplesLeaf: 50, threads: 2 }, onThreads);
    expect(model.trees[0]!.weight[0]).toBe(125);
    expect(Math.min(...model.trees[0]!.weight)).toBeGreaterThanOrEqual(12.5);
    expect(Math.min(...model.trees[0]!.weight)).toBeLessThan(50);
  });

  test("at most so many leaves and splits on a path; no limit where there is none", async () => {
    const depthOf = (model: BoostedModel) => Math.max(...model.trees.flatMap((tree) => paths(tree).map((path) => path.length)));
    const modelOf = async (options: BoostOptions) => (await fitBoosted(rows, { rounds: 3, ...options })).model;
    expect(depthOf(await modelOf({}))).toBe(2);
    expect(depthOf(await modelOf({ depth: 5 }))).toBe(5);
    const leaves = (model: BoostedModel) => model.trees.map((tree) => paths(tree).length);
    expect(leaves(await modelOf({ depth: null, leaves: 7 }))).toEqual([7, 7, 7]);
    expect(Math.min(...leaves(await modelOf({ depth: null, leaves: null })))).toBeGreaterThan(60);
  });

  test("only allowed features on a path, and those in no group among themselves", async () => {
    const { model } = await fitBoosted(rows, {
      rounds: 30,
      depth: null,
      interactions: [
        ["children", "income"],
        ["income", "debt"],
      ],
    });
    const allowed = [
      ["children", "income"],
      ["income", "debt"],
      ["visits", "noise"],
    ].map((group) => group.map((name) => model.features.indexOf(name)));
    const found = model.trees.flatMap((tree) => paths(tree));
    expect(found.filter((path) => !allowed.some((group) => path.every((feature) => group.includes(feature))))).toEqual([]);
    expect(new Set(found.flat()).size).toBe(5);
    expect(found.some((path) => new Set(path).size > 1)).toBe(true);
  });

  test("a share of the columns: each tree uses its own", async () => {
    const { model } = await fitBoosted(rows, { rounds: 20, depth: null, columnShare: 0.4 });
    const used = model.trees.map(({ feature }) => new Set(feature.filter((each) => each >= 0)));
    expect(Math.max(...used.map(({ size }) => size))).toBe(2);
    expect(new Set(used.flatMap((each) => [...each])).size).toBe(5);
  });

  test("a share of the rows: each tree is grown on about so many, and its values count for the others too", async () => {
    const { model } = await fitBoosted(rows, { rounds: 20, rowShare: 0.3 });
    const grown = model.trees.map(({ weight }) => weight[0]!);
    expect(Math.min(...grown)).toBeGreaterThan(1100);
    expect(Math.max(...grown)).toBeLessThan(1300);
    expect(new Set(grown).size).toBeGreaterThan(10);
    // 20 trees that each saw their values added for all rows come to the loss that 20 trees on all rows come to, nearly
    const loss = (fit: BoostedModel) =>
      marginsOf(rows, fit).reduce((sum, margin, row) => sum + Math.log1p(Math.exp(rows.label[row] === 1 ? -margin : margin)), 0) / 4000;
    const { model: onAll } = await fitBoosted(rows, { rounds: 20 });
    expect(loss(model)).toBeLessThan(loss(onAll) * 1.02);
  });
});

describe("the score", () => {
  const rows = families(6, 3000);
  const directions = { children: "-", income: "-", debt: "+", visits: "+" } as const;

  test("never moves against a declared direction, for any row and any two values; without directions it does", async () => {
    const random = seededRandom(8);
    const broken = async (options: BoostOptions) => {
      const { model } = await fitBoosted(rows, { rounds: 40, depth: null, minSamplesLeaf: 5, ...options });
      let count = 0;
      for (const [name, direction] of Object.entries(directions)) {
        const at = model.features.indexOf(name);
        const values = [-Infinity, ...new Set(rows.columns[at]!.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
        for (let draw = 0; draw < 150; draw++) {
          const row = rowOf(rows, model, Math.floor(3000 * random()));
          const margins = [...values, Infinity].map((value) => marginOf(model, row.with(at, value)));
          count += margins
            .slice(1)
            .filter((margin, place) => (direction === "+" ? margin < margins[place]! : margin > margins[place]!)).length;
        }
      }
      return count;
    };
    expect(await broken({ directions })).toBe(0);
    expect(await broken({ directions, weights: "survey", leaves: null, rounds: 10 })).toBe(0);
    expect(await broken({})).toBeGreaterThan(100);
  });

  test("of an infinite value is that of a very large one; unknown is a value of its own", async () => {
    const { model } = await fitBoosted(rows, { rounds: 40 });
    const row = rowOf(rows, model, 0);
    for (let at = 0; at < row.length; at++) {
      expect(marginOf(model, row.with(at, Infinity))).toBe(marginOf(model, row.with(at, 1e12)));
      expect(marginOf(model, row.with(at, -Infinity))).toBe(marginOf(model, row.with(at, -1e12)));
    }
    const visits = model.features.indexOf("visits");
    expect(marginOf(model, row.with(visits, Number.NaN))).toBeGreaterThan(marginOf(model, row.with(visits, 3)) + 0.5);
  });

  test("of a value on a threshold goes left, the next one right", () => {
    const tree: Tree = {
      feature: Int32Array.of(0, -1, -1),
      threshold: Float64Array.of(0.3, 0, 0),
      isMissingLeft: Uint8Array.of(1, 0, 0),
      left: Int32Array.of(1, -1, -1),
      right: Int32Array.of(2, -1, -1),
      value: Float64Array.of(0, -1, 1),
      weight: Float64Array.of(10, 5, 5),
      gain: Float64Array.of(1, 0, 0),
    };
    const model: BoostedModel = { features: ["x"], directions: ["free"], base: 0.5, trees: [tree, tree] };
    expect([0.3, 0.30000000000000004, Number.NaN, -Infinity, Infinity].map((x) => marginOf(model, [x]))).toEqual([
      -1.5, 2.5, -1.5, -1.5, 2.5,
    ]);
    expect(probabilityOf(model, [0.3])).toBeCloseTo(1 / (1 + Math.exp(1.5)), 15);
  });
});
