import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Html, html, trusted } from "./html.ts";

const { document } = parseHTML("<html></html>");

/** Width of a chart in its own units: about that of a telephone, so that texts stay readable there. */
export const chartWidth = 440;

/** How a line is told from others: by colour, by dash and by the sign at its points. Colours are told apart also by the colour-blind. */
export interface Look {
  stroke: string;
  dash: string;
  symbol: "circle" | "square" | "triangle" | "diamond" | "times" | "plus";
  strokeWidth: number;
}

/** Lines that stand behind others. Colours are the page's own, which has them for light and for dark. */
export const quiet = "var(--quiet)";
export const shownLook: Look = { stroke: "var(--shown)", dash: "none", symbol: "circle", strokeWidth: 3 };
export const otherLook: Look = { stroke: "var(--other)", dash: "none", symbol: "plus", strokeWidth: 1 };
export const rankingLooks: readonly Look[] = [
  { stroke: "var(--first)", dash: "7,3", symbol: "square", strokeWidth: 2 },
  { stroke: "var(--second)", dash: "2,3", symbol: "triangle", strokeWidth: 2 },
  { stroke: "var(--third)", dash: "9,3,2,3", symbol: "diamond", strokeWidth: 2 },
  { stroke: "var(--fourth)", dash: "1,4", symbol: "times", strokeWidth: 2 },
];

export interface Series<Point> {
  name: string;
  look: Look;
  points: readonly Point[];
}

/** Lines with signs at their points. */
export function lines<Point>(series: readonly Series<Point>[], x: string, y: string): Plot.Markish[] {
  return series.flatMap(({ look, points }) => [
    Plot.line(points as Point[], { x, y, stroke: look.stroke, strokeWidth: look.strokeWidth, strokeDasharray: look.dash }),
    Plot.dot(points as Point[], { x, y, fill: look.stroke, stroke: look.stroke, symbol: look.symbol, r: look.strokeWidth < 2 ? 2 : 4 }),
  ]);
}

/** A chart as a figure: `title` stands above it, `description` is for those who do not see it. */
export function chart(title: string, description: string, plot: Plot.PlotOptions, size: { width?: number; height?: number } = {}): Html {
  const { width = chartWidth, height = 290 } = size;
  const drawn = Plot.plot({ marginLeft: 52, marginBottom: 44, marginTop: 32, ...plot, width, height, document });
  drawn.setAttribute("font-size", "13");
  drawn.removeAttribute("width");
  drawn.removeAttribute("height");
  return html`<figure><figcaption>${title}</figcaption>${svgOf(drawn, html` role="img" aria-label="${title}. ${description}"><desc>${description}</desc`)}</figure>`;
}

/** What each line stands for. */
export function legend(series: readonly Pick<Series<unknown>, "name" | "look">[]): Html {
  const unlike = series.filter(({ name }, place) => series.findIndex((each) => each.name === name) === place);
  return html`<ul class="legend">${unlike.map(({ name, look }) => html`<li>${swatch(look)}${name}</li>`)}</ul>`;
}

function swatch(look: Look): Html {
  const [left, middle, right] = [0, 1, 2].map((x) => ({ x, y: 0 }));
  const marks = [
    ...lines([{ name: "", look, points: [left, right] }], "x", "y").slice(0, 1),
    ...lines([{ name: "", look, points: [middle] }], "x", "y").slice(1),
  ];
  const drawn = Plot.plot({
    width: 44,
    height: 14,
    margin: 2,
    x: { axis: null, domain: [0, 2] },
    y: { axis: null, domain: [-1, 1] },
    marks,
    document,
  });
  return svgOf(drawn, html` aria-hidden="true"`);
}

/** A drawing with what is said of it first. The page's own style is enough; the drawing library's document leaves `<` in attributes as it is, so none of ours go through it. */
function svgOf(drawn: ReturnType<typeof Plot.plot>, said: Html): Html {
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.removeAttribute("xmlns");
  const [start, rest] = splitAt(drawn.outerHTML, drawn.outerHTML.indexOf(">"));
  return html`${trusted(start)}${said}${trusted(rest)}`;
}

function splitAt(text: string, place: number): [string, string] {
  return [text.slice(0, place), text.slice(place)];
}
