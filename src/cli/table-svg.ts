import type { Table } from "../training/boosting/tables.ts";
import type { PlotTexts } from "./svg-picture.ts";
import { heatSvg } from "./table-heat.ts";
import { lineSvg } from "./table-line.ts";

/** A table as an SVG picture: one feature as a step line over the rows' share, two as a heat map; the unknown stands apart. The same table has the same bytes. */
export function tableSvg(table: Table, texts: PlotTexts): string {
  return table.features.length === 1 ? lineSvg(table, texts) : heatSvg(table, texts);
}
