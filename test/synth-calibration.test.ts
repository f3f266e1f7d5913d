import { afterAll, expect, test } from "vitest";
import { generatePopulation } from "../src/synth/generate.ts";
import { reportPopulation, reportTables } from "../src/synth/report.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test.each([
  [50_000, 1],
  [20_000, 2],
  [20_000, 3],
])(
  "%i households over 48 months meet every published figure they are calibrated to (seed %i)",
  async (households, seed) => {
    const options = { households, months: 48, seed, until: "2026-10-01", directory: `${root}/${seed}`, threads: 1, partitions: 1 };
    await generatePopulation({ ...options, tables: reportTables });
    const figures = await reportPopulation(options);
    const missed = figures.filter(({ isMet }) => isMet === false).map(({ name, value, least, most }) => ({ name, value, least, most }));
    expect(missed).toEqual([]);
    expect(figures.filter(({ isMet }) => isMet === true).length).toBe(20 + 20);
  },
  600_000,
);
