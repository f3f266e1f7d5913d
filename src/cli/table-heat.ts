import * as Plot from "@observablehq/plot";
import { heatMap } from "../reports/table-axis.ts";
import type { Table } from "../training/boosting/tables.ts";
import { type PlotTexts, picture, width } from "./svg-picture.ts";
import { plotWords } from "./table-svg-words.ts";

/** A two-feature table as a heat map, the unknown apart. */
export function heatSvg(table: Table, { language, axes }: PlotTexts): string {
  const words = plotWords[language];
  const { cells, axis } = heatMap(table);
  const most = Math.max(...cells.map(({ value }) => Math.abs(value)), 1e-12);
  const color: Plot.ScaleOptions = { type: "diverging", scheme: "RdBu", reverse: true, domain: [-most, most], pivot: 0 };
  const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const tickOf = (threshold: number) => numbers.format(threshold);
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
          x: { ...axis("right", words.unknown, tickOf), label: axes[1]!.label },
          y: { ...axis("up", words.unknown, tickOf), label: axes[0]!.label },
          marks: [
            Plot.rect(cells, {
              x1: "x1",
              x2: "x2",
              y1: "y1",
              y2: "y2",
              fill: "value",
              fillOpacity: ({ weight }) => (weight > 0 ? 1 : 0.25),
            }),
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
