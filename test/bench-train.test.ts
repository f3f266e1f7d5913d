import { expect, test } from "vitest";
import { trainData } from "../src/bench/train-data.ts";
import { whyNoPeer } from "../src/bench/train-peer.ts";
import { aldyn } from "./support/command-line.ts";

test("the benchmark fits each kind of model on both sizes, beside scikit-learn where there is one", async () => {
  const { status, stdout, stderr } = await aldyn(["bench", "train", "--rows", "4000", "--columns", "12", "--trees", "5", "--json"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { measures, peer, why_no_peer } = JSON.parse(stdout);
  expect(measures.map(({ rows, variant }: { rows: number; variant: string }) => `${rows} ${variant}`)).toEqual([
    "4000 31 leaves",
    "4000 31 leaves, directions",
    "4000 depth 2",
    "400 31 leaves",
    "400 31 leaves, directions",
    "400 depth 2",
  ]);
  expect(why_no_peer === null).toBe(peer !== null);
  for (const measure of measures) {
    expect(measure.auc).toBeGreaterThan(0.6);
    if (peer === null) expect(measure.time_ratio).toBeNull();
    else expect(measure.largest_auc_difference).toBeLessThan(0.01);
  }
});

test("without scikit-learn it says how to get it", () => {
  expect(whyNoPeer(["no-such-python"])).toContain("apt-get install -y python3-sklearn");
});

test("the table is the same for the same seed, another for another, and its declared directions are those in which the risk moves", () => {
  const { rows, directions } = trainData(20_000, 12, 3);
  expect(trainData(20_000, 12, 3).rows).toEqual(rows);
  expect(trainData(20_000, 12, 4).rows.label).not.toEqual(rows.label);
  for (const [name, direction] of Object.entries(directions)) {
    const column = rows.columns[rows.names.indexOf(name)]!;
    const middle = column.toSorted()[10_000]!;
    const share = (isHigh: boolean) => {
      const side = rows.label.filter((_, row) => column[row]! > middle === isHigh);
      return side.reduce((sum, label) => sum + label, 0) / side.length;
    };
    expect(Math.sign(share(true) - share(false)), name).toBe(direction === "+" ? 1 : -1);
  }
});
