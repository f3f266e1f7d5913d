/** The whole look of a report: readable at any width, by day, by night and on paper, with no font or picture from elsewhere. */
export const pageStyle = `
:root {
  color-scheme: light;
  --ink: #1a1a1a; --soft: #4d4d4d; --ground: #fff; --line: #d0d7de; --edge: #6b7280; --band: #f2f4f7; --link: #004c7a;
  --lead: #0072b2; --lead-ground: #eef6fb; --warn: #b35900; --warn-ground: #fff4e5;
  --shown: #0072b2; --other: #8a8a8a; --first: #c14a00; --second: #007a58; --third: #93427d; --fourth: #444; --fifth: #56a0d3; --quiet: #555;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ink: #e6e6e6; --soft: #b4b8bd; --ground: #14171a; --line: #3a4048; --edge: #8b949e; --band: #22272d; --link: #7cc4f5;
    --lead: #56b4e9; --lead-ground: #10283a; --warn: #f0a04b; --warn-ground: #3a2708;
    --shown: #56b4e9; --other: #8f8f8f; --first: #ff9a5c; --second: #4cc9a0; --third: #dd9fcf; --fourth: #cfcfcf; --fifth: #9fd0ee; --quiet: #a0a0a0;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 1.0625rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.5rem 0 0.5rem; }
p, li, dd { max-width: 46rem; }
.made-up { margin: 1rem 0; padding: 0.75rem 1rem; border: 3px solid var(--warn); background: var(--warn-ground); font-size: 1.15rem; }
.made-up strong { display: block; font-size: 1.5rem; }
.lead { font-size: 1.25rem; line-height: 1.5; padding: 0.75rem 1rem; border-left: 6px solid var(--lead); background: var(--lead-ground); }
.lead p { margin: 0.35rem 0; }
.note { color: var(--soft); }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0 0 0 1rem; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
caption span { display: inline-block; max-width: min(46rem, calc(100vw - 2rem)); }
.unbroken { white-space: nowrap; }
th, td { padding: 0.3rem 0.7rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); min-width: 4.5rem; }
thead th { border-bottom: 2px solid var(--edge); vertical-align: bottom; }
tbody th[scope="row"] { font-weight: 400; min-width: 8rem; }
th[scope="rowgroup"] { background: var(--band); padding-left: 0.4rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; align-items: start; }
.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
figure { margin: 0.5rem 0; max-width: 36rem; break-inside: avoid; }
figcaption { font-weight: 600; }
.small figcaption { font: 0.85rem/1.3 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.small p { margin: 0.2rem 0; font-size: 0.95rem; }
figure svg { display: block; width: 100%; height: auto; font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow: visible; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.95rem; }
.legend svg { flex: none; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--link); text-decoration: underline; }
code { overflow-wrap: anywhere; }
@media print {
  body { max-width: none; font-size: 10.5pt; padding: 0; }
  h2, figcaption, caption { break-after: avoid; }
  tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;
