import * as Plot from "@observablehq/plot";
import { cellCount } from "../training/boosting/collapse.ts";
import type { Table } from "../training/boosting/tables.ts";
import { type PlotTexts, picture, width } from "./svg-picture.ts";
import { plotWords } from "./table-svg-words.ts";

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

/** A two-feature table as a heat map, the unknown apart. */
export function heatSvg({ thresholds, values, weights }: Table, { language, axes }: PlotTexts): string {
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
