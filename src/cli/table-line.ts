import * as Plot from "@observablehq/plot";
import { scaleOf, stretchesOf } from "../reports/table-axis.ts";
import type { Table } from "../training/boosting/tables.ts";
import { type Part, type PlotTexts, picture, width } from "./svg-picture.ts";
import { plotWords } from "./table-svg-words.ts";

const unknownWidth = 90;
const blue = "#2b6cb0";

/** A one-feature table as a step line over the rows' share, the unknown apart. */
export function lineSvg({ thresholds: [thresholds], values, weights }: Table, { language, axes }: PlotTexts): string {
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
