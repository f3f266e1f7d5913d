import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Language } from "../domain/languages.ts";
import type { AxisText } from "./table-svg-words.ts";

/** What a plot is told beside its table: a text for each feature, and the language of the rest. */
export interface PlotTexts {
  language: Language;
  axes: readonly AxisText[];
}

const { document } = parseHTML("<html></html>");
export const width = 640;

/** Parts of a picture, each at its place. */
export interface Part {
  x: number;
  y: number;
  plot: Plot.PlotOptions;
}

/** Lines of title, and below them the parts, which are `partsHeight` high together. */
export function picture(title: readonly string[], partsHeight: number, parts: readonly Part[]): string {
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
