import { type Html, html } from "./html.ts";

/** A section of the page with its heading. */
export function section(id: string, title: string, ...content: Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

/** A paragraph for each text. */
export function paragraphs(...texts: string[]): Html {
  return html`${texts.map((text) => html`<p>${text}</p>`)}`;
}

export type Cell = string | number | Html;

/** A table in a box of its own, which scrolls where the page is narrow. The first cell of a row names it. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  return groupedTable(caption, head, [{ name: null, rows }]);
}

/** The same in groups of rows, each under its name. */
export function groupedTable(
  caption: string,
  head: readonly string[],
  groups: readonly { name: string | null; rows: readonly (readonly Cell[])[] }[],
): Html {
  const bodies = groups.map(
    ({ name, rows }) => html`<tbody>
${name === null ? "" : html`<tr><th scope="rowgroup" colspan="${head.length}">${name}</th></tr>`}${rows.map(rowOf)}</tbody>`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption><span>${caption}</span></caption>
<thead><tr>${head.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead>${bodies}</table></div>`;
}

function rowOf([first, ...rest]: readonly Cell[]): Html {
  return html`<tr><th scope="row">${first ?? ""}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`;
}

/** A number with its range, kept on one line. */
export function withRange(value: string, range: string): Html {
  return html`<span class="unbroken">${value} (${range})</span>`;
}

/** Figures behind a chart, folded away. */
export function folded(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** Charts side by side where there is room. */
export function sideBySide(...charts: Html[]): Html {
  return html`<div class="charts">${charts}</div>`;
}
