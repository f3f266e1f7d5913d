import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Language } from "../domain/languages.ts";
import { cellCount } from "../training/boosting/collapse.ts";
import type { Table } from "../training/boosting/tables.ts";
import { type AxisText, plotWords } from "./table-svg-words.ts";

/** What a plot is told beside its table: a text for each feature, and the language of the rest. */
export interface PlotTexts {
  language: Language;
  axes: readonly AxisText[];
}

const { document } = parseHTML("<html></html>");
const width = 640;
const unknownWidth = 90;
const blue = "#2b6cb0";

/** A table as an SVG picture: one feature as a step line over the rows' share, two as a heat map; the unknown stands apart. The same table has the same bytes. */
export function tableSvg(table: Table, texts: PlotTexts): string {
  return table.features.length === 1 ? lineSvg(table, texts) : heatSvg(table, texts);
}

/** Parts of a picture, each at its place. */
interface Part {
  x: number;
  y: number;
  plot: Plot.PlotOptions;
}

/** Lines of title, and below them the parts, which are `partsHeight` high together. */
function picture(title: readonly string[], partsHeight: number, parts: readonly Part[]): string {
  const top = 16 + 16 * title.length;
  const height = top + partsHeight;
  const outer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const size = { xmlns: "http://www.w3.org/2000/svg", width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}` };
  for (const [name, value] of Object.entries({ ...size, "font-family": "system-ui, sans-serif" })) outer.setAttribute(name, value);
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width: String(width), height: String(height), fill: "white" }))
    ground.setAttribute(name, value);
  outer.append(ground);
  title.forEach((line, place) => {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    const look = { x: "12", y: String(20 + 16 * place), "font-size": place === 0 ? "14" : "11", fill: place === 0 ? "#111" : "#555" };
    for (const [name, value] of Object.entries(look)) text.setAttribute(name, value);
    text.textContent = line;
    outer.append(text);
  });
  for (const { x, y, plot } of parts) {
    const inner = Plot.plot({ ...plot, document });
    inner.setAttribute("x", String(x));
    inner.setAttribute("y", String(top + y));
    outer.append(inner);
  }
  return `${outer.outerHTML}\n`;
}

/** Cells of known values as stretches of the axis; the first and the last, which have no end, are given one. */
function stretchesOf(thresholds: readonly number[]): { from: number; to: number }[] {
  const span = (thresholds.at(-1) ?? 0) - (thresholds[0] ?? 0);
  const room = span > 0 ? 0.08 * span : 1;
  const ends = [(thresholds[0] ?? 0) - room, ...thresholds, (thresholds.at(-1) ?? 0) + room];
  return ends.slice(1).map((to, cell) => ({ from: ends[cell]!, to }));
}

/** A few large thresholds among many small ones ask for a scale that shows both. */
function scaleOf(thresholds: readonly number[]): Plot.ScaleOptions {
  const sizes = thresholds
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const [middle, most] = [sizes[sizes.length >> 1] ?? 0, sizes.at(-1) ?? 0];
  return most > 20 * middle ? { type: "symlog", constant: middle } : { type: "linear" };
}

function lineSvg({ thresholds: [thresholds], values, weights }: Table, { language, axes }: PlotTexts): string {
  const words = plotWords[language];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const cells = stretchesOf(thresholds!).map((stretch, cell) => ({ ...stretch, value: values[cell]!, share: weights[cell]! / total }));
  const unknown = { name: words.unknown, value: values.at(-1)!, share: weights.at(-1)! / total };
  const hasUnknown = unknown.share > 0;
  const mainWidth = hasUnknown ? width - unknownWidth : width;
  const shown = [0, ...cells.map(({ value }) => value), ...(hasUnknown ? [unknown.value] : [])];
  const y = { domain: paddedRange(shown), grid: true };
  const shares = { domain: [0, Math.max(...cells.map(({ share }) => share), hasUnknown ? unknown.share : 0)] };
  const x = { ...scaleOf(thresholds!), domain: [cells[0]!.from, cells.at(-1)!.to] };
  const steps = cells.flatMap(({ from, to, value }) => [
    { x: from, y: value },
    { x: to, y: value },
  ]);
  const percent = (share: number) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
  const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const tickFormat = (value: number) => numbers.format(value);
  const frame = { marginLeft: 60, marginRight: 12, width: mainWidth };
  const apart = { marginLeft: 8, marginRight: 12, width: unknownWidth, x: { label: null, domain: [words.unknown] } };
  const under = { height: 120, marginTop: 16, marginBottom: 40 };
  const over = { height: 240, marginTop: 24, marginBottom: 24 };
  const parts: Part[] = [
    {
      x: 0,
      y: 0,
      plot: {
        ...frame,
        ...over,
        x: { ...x, label: null, tickFormat, ticks: 6 },
        y: { ...y, label: words.contribution, tickFormat, ticks: 6 },
        marks: [Plot.ruleY([0], { stroke: "#888" }), Plot.line(steps, { x: "x", y: "y", stroke: blue, strokeWidth: 2 })],
      },
    },
    {
      x: 0,
      y: 240,
      plot: {
        ...frame,
        ...under,
        x: { ...x, label: axes[0]!.label, tickFormat, ticks: 6 },
        y: { ...shares, label: words.share, tickFormat: percent, ticks: 3 },
        marks: [Plot.rect(cells, { x1: "from", x2: "to", y1: 0, y2: "share", fill: "#a0aec0", insetLeft: 0.25, insetRight: 0.25 })],
      },
    },
  ];
  if (hasUnknown)
    parts.push(
      {
        x: mainWidth,
        y: 0,
        plot: {
          ...apart,
          ...over,
          y: { ...y, axis: null },
          marks: [Plot.ruleY([0], { stroke: "#888" }), Plot.dot([unknown], { x: "name", y: "value", fill: blue, r: 5 })],
        },
      },
      {
        x: mainWidth,
        y: 240,
        plot: {
          ...apart,
          ...under,
          y: { ...shares, axis: null },
          marks: [Plot.barY([unknown], { x: "name", y: "share", fill: "#a0aec0" })],
        },
      },
    );
  return picture([axes[0]!.title, ...axes[0]!.examples], 362, parts);
}

function paddedRange(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least || 1);
  return [least - room, most + room];
}

const mostTicks = 8;

/** Places of a heat map's cells: each known cell one wide, then a gap, then the unknown, wide enough to be seen. */
function placesOf(thresholds: readonly number[]) {
  const known = thresholds.length + 1;
  const unknown = { from: known + Math.max(0.3, known / 30), size: Math.max(1, known / 10) };
  return {
    stretch: (cell: number) => (cell < known ? [cell, cell + 1] : [unknown.from, unknown.from + unknown.size]) as [number, number],
    end: (isUnknownIn: boolean) => (isUnknownIn ? unknown.from + unknown.size : known),
    middleOfUnknown: unknown.from + unknown.size / 2,
  };
}

function heatSvg({ thresholds, values, weights }: Table, { language, axes }: PlotTexts): string {
  const words = plotWords[language];
  const columns = cellCount(thresholds[1]!);
  const [down, over] = [placesOf(thresholds[0]!), placesOf(thresholds[1]!)];
  const cells = values.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const [[y1, y2], [x1, x2]] = [down.stretch(row), over.stretch(column)];
    return { row, column, x1, x2, y1, y2, value, isSeen: weights[at]! > 0 };
  });
  const isUnknown = [0, 1].map((side) =>
    cells.some((cell) => cell.isSeen && (side === 0 ? cell.row : cell.column) === cellCount(thresholds[side]!) - 1),
  );
  const shown = cells.filter(
    ({ row, column }) => (isUnknown[0] || row <= thresholds[0]!.length) && (isUnknown[1] || column <= thresholds[1]!.length),
  );
  const most = Math.max(...shown.map(({ value }) => Math.abs(value)), 1e-12);
  const color: Plot.ScaleOptions = { type: "diverging", scheme: "RdBu", reverse: true, domain: [-most, most], pivot: 0 };
  const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const axis = (side: 0 | 1, places: ReturnType<typeof placesOf>): Plot.ScaleOptions => {
    const every = Math.ceil(thresholds[side]!.length / mostTicks);
    const inner = thresholds[side]!.flatMap((_, cell) => (cell % every === 0 ? [cell + 1] : []));
    return {
      domain: [0, places.end(isUnknown[side]!)],
      ticks: [...inner, ...(isUnknown[side] ? [places.middleOfUnknown] : [])],
      tickFormat: (place: number) => (place === places.middleOfUnknown ? words.unknown : numbers.format(thresholds[side]![place - 1]!)),
      label: axes[side]!.label,
    };
  };
  const shades = Array.from({ length: 21 }, (_, step) => ({ x1: step - 10.5, x2: step - 9.5, value: ((step - 10) / 10) * most }));
  return picture(
    [
      axes.map(({ title }) => title).join(" × "),
      ...axes.flatMap(({ title, examples }) => examples.slice(-1).map((example) => `${title}, ${example}`)),
    ],
    500,
    [
      {
        x: 0,
        y: 0,
        plot: {
          width,
          height: 360,
          marginLeft: 90,
          marginBottom: 44,
          marginTop: 24,
          color,
          x: axis(1, over),
          y: axis(0, down),
          marks: [
            Plot.rect(shown, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "value", fillOpacity: ({ isSeen }) => (isSeen ? 1 : 0.25) }),
          ],
        },
      },
      {
        x: 0,
        y: 364,
        plot: {
          width,
          height: 70,
          marginLeft: 90,
          marginTop: 8,
          marginBottom: 40,
          color,
          x: { ticks: [-10, -5, 0, 5, 10], tickFormat: (step: number) => numbers.format((step / 10) * most), label: words.shades },
          y: { axis: null, domain: [0, 1] },
          marks: [Plot.rect(shades, { x1: "x1", x2: "x2", y1: 0, y2: 1, fill: "value" })],
        },
      },
    ],
  );
}
