import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { tableSvg } from "../src/cli/table-svg.ts";
import { axisText, plotWords } from "../src/cli/table-svg-words.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import type { Table } from "../src/training/boosting/tables.ts";

const features = new Map(readCatalogue(projectFile("models/features")).map((feature) => [feature.name, feature]));
const textsOf = (table: Table, language: "kk" | "ru" | "en") => ({
  language,
  axes: table.features.map((name, side) => axisText(name, features.get(name), table.thresholds[side]!, { language, currency: "KZT" })),
});
const drawn = (table: Table, language: "kk" | "ru" | "en" = "en") => {
  const { document } = parseHTML(tableSvg(table, textsOf(table, language)));
  const marks = (name: string, selector: string) => [...document.querySelectorAll(`[aria-label=${name}] ${selector}`)];
  return { text: String(document.documentElement.textContent), marks };
};
const numberIn = (element: { getAttribute(name: string): string | null }, name: string) => Number(element.getAttribute(name));

/** 10, 20, 30 rows and 40 unknown. */
const one: Table = { features: ["children"], thresholds: [[0.5, 2.5]], values: [-1, 0, 1, 0.5], weights: [10, 20, 30, 40] };

test("a line has a step for each known cell, from -1 at the bottom to 1 at the top, and bars in proportion to the rows", () => {
  const { marks } = drawn(one);
  const path = marks("line", "path")[0]!.getAttribute("d")!;
  const points = [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(points).toHaveLength(6);
  const heights = points.map(([, y]) => y);
  expect(heights[0]).toBe(heights[1]);
  expect(heights[0]! - heights[2]!).toBeCloseTo(heights[2]! - heights[4]!, 6);
  expect(heights[0]).toBeGreaterThan(heights[4]!);
  const bars = marks("rect", "rect").map((bar) => numberIn(bar, "height"));
  const [unknown] = marks("bar", "rect").map((bar) => numberIn(bar, "height"));
  expect([...bars, unknown!].map((height) => Math.round((10 * height) / bars[0]!))).toEqual([10, 20, 30, 40]);
});

test("the unknown stands apart at its own height, and not at all where no row is unknown", () => {
  expect(drawn(one).text).toContain("unknown");
  expect(drawn(one).marks("dot", "circle")).toHaveLength(1);
  const known = drawn({ ...one, weights: [10, 20, 30, 0] });
  expect(known.text).not.toContain("unknown");
  expect(known.marks("dot", "circle")).toHaveLength(0);
});

test("two features are a cell each, pale where no row is; rows and columns of the unknown only where there are some", () => {
  const two: Table = {
    features: ["children", "rent_share_3m"],
    thresholds: [[0.5], [0.2, 0.4]],
    values: [1, 2, 3, 0, -1, -2, -3, 0, 0, 0, 0, 0],
    weights: [1, 1, 0, 5, 1, 1, 1, 5, 0, 0, 0, 0],
  };
  const cells = drawn(two).marks("rect", "rect").slice(0, -21);
  expect(cells).toHaveLength(8);
  expect(cells.filter((cell) => cell.getAttribute("fill-opacity") === "0.25")).toHaveLength(1);
  const colours = cells.map((cell) => cell.getAttribute("fill"));
  expect(colours[2]).not.toBe(colours[6]);
  expect(colours[3]).toBe(colours[7]);
});

test("each language has its own words, and the catalogue's sentence of a value", () => {
  for (const language of ["kk", "ru", "en"] as const) {
    const { text } = drawn(one, language);
    for (const word of ["unknown", "contribution", "share"] as const) expect(text).toContain(plotWords[language][word]);
  }
  expect(drawn(one, "ru").text).toContain("при 3: В семье 3 ребёнка");
  expect(drawn({ ...one, features: ["made_up <x>"] }, "ru").text).toContain("made_up <x>");
});

test("a constant, a lone unknown and far thresholds are drawn without a NaN; the same table has the same bytes", () => {
  const tables: Table[] = [
    { features: ["a"], thresholds: [[]], values: [0, 0], weights: [5, 0] },
    { features: ["a"], thresholds: [[]], values: [1, -1], weights: [5, 5] },
    { features: ["a"], thresholds: [[1, 2, 3, 1e9]], values: [0, 1, 2, 3, 4, 5], weights: [1, 1, 1, 1, 1, 0] },
    { features: ["a", "b"], thresholds: [[], [1]], values: [0, 0, 0, 0, 0, 0], weights: [1, 1, 1, 1, 1, 1] },
  ];
  for (const table of tables) {
    const svg = tableSvg(table, textsOf(table, "en"));
    expect(svg).not.toContain("NaN");
    expect(tableSvg(table, textsOf(table, "en"))).toBe(svg);
  }
});
