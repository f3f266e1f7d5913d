import { describe, expect, test } from "vitest";
import { type BoostOptions, fitBoosted } from "../src/training/boosting/boost.ts";
import { logisticLoss } from "../src/training/sigmoid.ts";
import type { TrainingRows } from "../src/training/training-rows.ts";
import { families, marginsOf, pickRows } from "./support/boosting.ts";
import { rowsOf } from "./support/training-rows.ts";

const x = Array.from({ length: 100 }, (_, row) => row);
const label = x.map((row) => (row % 3 === 0 || row > 70 ? 1 : 0));

describe("features and rows that teach nothing", () => {
  const idle = {
    never: x.map(() => null),
    always: x.map(() => 7),
    once: x.map((row) => (row < 50 ? 7 : null)),
    x,
  };

  test("are named and left out: always unknown, always the same, known with one value only", async () => {
    const fit = await fitBoosted(rowsOf(idle, label));
    expect(fit.dropped).toEqual([
      { name: "never", why: "always unknown" },
      { name: "always", why: "always the same" },
      { name: "once", why: "one level" },
    ]);
    expect(fit).toEqual({ ...(await fitBoosted(rowsOf({ x }, label))), dropped: fit.dropped });
    expect(fit.model.features).toEqual(["x"]);
    expect(fit.rounds).toBe(100);
  });

  test("are not needed by their name in directions and interactions, but known there", async () => {
    const options: BoostOptions = {
      directions: { never: "-", x: "+" },
      interactions: [
        ["never", "always"],
        ["x", "once"],
      ],
    };
    const { model } = await fitBoosted(rowsOf(idle, label), options);
    expect(model.directions).toEqual(["+"]);
    expect(model.trees.length).toBeGreaterThan(0);
  });

  test("a row of weight 0 changes nothing, whatever it says", async () => {
    const rows = families(1, 400, (random) => 0.5 + random());
    const more = { ...families(9, 100), weight: new Float64Array(100) };
    more.columns[4]!.fill(1e9);
    const together: TrainingRows = {
      names: rows.names,
      columns: rows.columns.map((column, index) => Float64Array.of(...column, ...more.columns[index]!)),
      label: Uint8Array.of(...rows.label, ...more.label),
      weight: Float64Array.of(...rows.weight!, ...more.weight),
    };
    for (const options of [{}, { weights: "survey" }, { rowShare: 0.5 }] as const)
      expect(await fitBoosted(together, options)).toEqual(await fitBoosted(rows, options));
  });

  test("a feature that varies in rows of weight 0 only is the same in all that count", async () => {
    const rows = rowsOf(
      { x, y: x.map((row) => (row < 10 ? row : 1)) },
      label,
      x.map((row) => (row < 10 ? 0 : 1)),
    );
    expect((await fitBoosted(rows)).dropped).toEqual([{ name: "y", why: "always the same" }]);
  });

  test("a fit ends when there is nothing left to split", async () => {
    const flat = await fitBoosted(rowsOf({ x }, label), { minSamplesLeaf: 51 });
    expect(flat.model.trees).toEqual([]);
    expect(flat.rounds).toBe(0);
    // 100 rows: two leaves of 50 are the only split
    const [split] = (await fitBoosted(rowsOf({ x }, label), { minSamplesLeaf: 50, rounds: 3 })).model.trees;
    expect([...split!.threshold]).toEqual([49.5, 0, 0]);
  });
});

describe("stopping early", () => {
  const rows = families(1, 600);
  const later = families(2, 400);
  const options: BoostOptions = { rounds: 300, depth: null, learningRate: 0.3, minSamplesLeaf: 3 };
  const meanLoss = (margins: number[]) =>
    margins.reduce((sum, margin, row) => sum + logisticLoss(margin, later.label[row]!), 0) / margins.length;

  test("keeps the trees up to the best round on the later rows", async () => {
    const { model, rounds, losses } = await fitBoosted(rows, { ...options, stopEarly: { rows: later, patience: 5 } });
    const best = losses!.indexOf(Math.min(...losses!));
    expect(best).toBeGreaterThan(2);
    expect(losses).toHaveLength(best + 5 + 1);
    expect([rounds, model.trees.length]).toEqual([best, best]);
    expect(meanLoss(marginsOf(later, model))).toBeCloseTo(losses![best]!, 12);
    const full = (await fitBoosted(rows, { ...options, rounds: best })).model;
    expect(model).toEqual(full);
    expect(losses![0]).toBeCloseTo(meanLoss(later.columns[0]!.map(() => model.base) as unknown as number[]), 12);
  });

  test("a tolerance asks for more; patience waits longer", async () => {
    const rounds = async (tolerance: number, patience: number) =>
      (await fitBoosted(rows, { ...options, stopEarly: { rows: later, tolerance, patience } })).losses!.length;
    expect(await rounds(0.02, 5)).toBeLessThan(await rounds(0, 5));
    expect(await rounds(0, 12)).toBe((await rounds(0, 5)) + 7);
  });

  test("the later rows' columns are found by name, their weights count", async () => {
    const stop = async (from: TrainingRows) => (await fitBoosted(rows, { ...options, stopEarly: { rows: from, patience: 5 } })).losses;
    const turned = { ...later, names: later.names.toReversed(), columns: later.columns.toReversed() };
    expect(await stop(turned)).toEqual(await stop(later));
    const half = Float64Array.from(later.label, (_, row) => row % 2);
    const odd = pickRows(
      later,
      Array.from(half.keys()).filter((row) => row % 2 === 1),
    );
    const [weighted, picked] = [await stop({ ...later, weight: half }), await stop(odd)];
    expect(weighted).toHaveLength(picked!.length);
    weighted!.forEach((loss, round) => {
      expect(loss).toBeCloseTo(picked![round]!, 12);
    });
  });

  test("progress says round and loss; what it throws ends the fit and its threads", async () => {
    const seen: unknown[] = [];
    const { losses } = await fitBoosted(rows, { rounds: 3, stopEarly: { rows: later }, onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([1, 2, 3].map((round) => ({ round, rounds: 3, loss: losses![round] })));
    const stop = () => {
      throw new Error("enough");
    };
    await expect(fitBoosted(rows, { threads: 3, onProgress: stop }, { workForThreads: 0 })).rejects.toThrow("enough");
  });
});

describe("what cannot be fitted is refused by name", () => {
  const rows = rowsOf({ x, y: x.toReversed() }, label);
  test.each<[string, TrainingRows, BoostOptions, string]>([
    ["an infinite value", rowsOf({ x: [1, Infinity] }, [0, 1]), {}, "column x, row 2"],
    ["a negative weight", rowsOf({ x: [1, 2] }, [0, 1], [1, -1]), {}, "weight, row 2: -1"],
    ["one class", rowsOf({ x: [1, 2] }, [1, 1]), {}, "the label is 1"],
    ["nothing that varies", rowsOf({ x: [1, 1] }, [0, 1]), {}, "none of 1 features varies"],
    [
      "weights that come to less than two leaves",
      rowsOf(
        { x },
        label,
        x.map(() => 0.01),
      ),
      {},
      "weights: survey",
    ],
    ["rounds", rows, { rounds: 0 }, "rounds 0: give a whole number from 1"],
    ["half a round", rows, { rounds: 1.5 }, "rounds 1.5"],
    ["learning rate", rows, { learningRate: 0 }, "learningRate 0: give a number above 0 to 1"],
    ["leaves", rows, { leaves: 1 }, "leaves 1"],
    ["depth", rows, { depth: 0 }, "depth 0"],
    ["l2", rows, { l2: -1 }, "l2 -1: give a number from 0 up"],
    ["smallest leaf", rows, { minSamplesLeaf: 0 }, "minSamplesLeaf 0"],
    ["smallest Hessian", rows, { minHessianLeaf: Number.NaN }, "minHessianLeaf NaN"],
    ["bins", rows, { bins: 256 }, "bins 256: give a whole number from 2 to 255"],
    ["kind of weights", rows, { weights: "some" as "copies" }, "weights some: give copies or survey"],
    ["row share", rows, { rowShare: 1.1 }, "rowShare 1.1"],
    ["column share", rows, { columnShare: 0 }, "columnShare 0"],
    ["seed", rows, { seed: -1 }, "seed -1"],
    ["threads", rows, { threads: 65 }, "threads 65"],
    ["a direction of no feature", rows, { directions: { z: "+" } }, "directions: there is no feature z"],
    ["a direction that is none", rows, { directions: { x: "up" as "+" } }, "directions, x: up: give + or - or free"],
    ["an interaction of no feature", rows, { interactions: [["x", "z"]] }, "interactions: there is no feature z"],
    ["later rows without a column", rows, { stopEarly: { rows: rowsOf({ x }, label) } }, "stopEarly, rows: there is no column y"],
    ["later rows of one class", rows, { stopEarly: { rows: rowsOf({ x: [1, 2], y: [1, 2] }, [1, 1]) } }, "stopEarly, rows: the label is 1"],
    ["patience", rows, { stopEarly: { rows, patience: 0 } }, "stopEarly, patience 0"],
    ["tolerance", rows, { stopEarly: { rows, tolerance: -1 } }, "stopEarly, tolerance -1"],
  ])("%s", async (_, given, options, message) => {
    await expect(fitBoosted(given, options)).rejects.toThrow(message);
  });

  test("so many rows that they need more than 4 GB", async () => {
    const { allocate } = await import("../src/training/boosting/memory.ts");
    const shape = {
      rows: 60_000_000,
      features: 40,
      threads: 2,
      isWeighted: false,
      hasCounts: false,
      isSampled: false,
      slots: 32,
      leaves: 31,
    };
    expect(() => allocate(shape)).toThrow(/60,000,000 rows of 40 features need 7\.\d GB; a fit takes at most 4/);
  });
});
