import type { BacktestFairness, SplitFairness } from "../experiments/backtest-fairness.ts";
import type { FairnessCell } from "../training/fairness.ts";
import { manyComparisons, overall } from "../training/fairness-words.ts";
import { groupText, traitWords } from "./group-words.ts";
import { type Html, html } from "./html.ts";
import { fairnessVerdictWords, fairnessWords } from "./missed-words.ts";
import { folded, groupedTable, paragraphs, section, withRange } from "./parts.ts";
import type { View } from "./report-view.ts";
import type { Speaker } from "./speaker.ts";

const mostSentences = 6;

/** Who of those to whom it happened was on no list, by group. */
export function fairnessSection({ result: { fairness }, speaker }: View): Html {
  const { say } = speaker;
  const words = fairnessWords;
  if (fairness === undefined) return section("fairness", say(words.title), paragraphs(say(words.none)));
  const main = fairness.pooled ?? fairness.last;
  const splits =
    fairness.pooled === null ? say(words.lastSplit, { split: main.splits[0]! }) : say(words.allSplits, { count: main.splits.length });
  return section(
    "fairness",
    say(words.title),
    paragraphs(say(words.about), ...(fairness.weighted ? [say(words.weighted)] : [])),
    verdictOf(speaker, fairness, main),
    sentencesOf(speaker, fairness, main),
    tableOf(speaker, fairness, main, say(words.tableTitle, { splits })),
    notesOf(speaker, main),
    fairness.pooled === null
      ? html``
      : folded(
          say(words.lastToo),
          tableOf(
            speaker,
            fairness,
            fairness.last,
            say(words.tableTitle, { splits: say(words.lastSplit, { split: fairness.last.splits[0]! }) }),
          ),
        ),
  );
}

function verdictOf({ say, of100 }: Speaker, { recall_gap_at_most }: BacktestFairness, { measured, judged }: SplitFairness): Html {
  const { recall, false_negative_rate } = measured.measures;
  const all = say(fairnessWords.all, { found: of100(recall), missed: of100(false_negative_rate) });
  if (judged === null) return paragraphs(all);
  return html`<div class="lead">${paragraphs(all, `${say(overall[judged.verdict])}. ${say(fairnessWords.limit, { limit: of100(recall_gap_at_most) })}`)}</div>`;
}

/** The groups that are furthest behind, in words; else the first row, so that a reader learns to read the table. */
function sentencesOf(speaker: Speaker, fairness: BacktestFairness, { measured }: SplitFairness): Html {
  const { say } = speaker;
  const lower = measured.cells.filter(({ comparisons }) => comparisons.recall.verdict.code === "lower");
  const single = new Set(lower.flatMap(({ columns, values }) => (columns.length === 1 ? [`${columns[0]}=${values[0]}`] : [])));
  // A pair says something new only where neither of its traits is behind by itself.
  const isNew = ({ columns, values }: FairnessCell) =>
    columns.length === 1 || !columns.some((column, place) => single.has(`${column}=${values[place]}`));
  const behind = lower.filter(isNew).sort((a, b) => a.comparisons.recall.difference! - b.comparisons.recall.difference!);
  const first = measured.cells.find(({ comparisons }) => comparisons.recall.interval !== null);
  const said = behind.length > 0 ? behind.slice(0, mostSentences) : first === undefined ? [] : [first];
  if (said.length === 0) return html``;
  return html`<p>${say(behind.length > 0 ? fairnessWords.lowest : fairnessWords.noneLower)}</p>
<ul>${said.map((cell) => html`<li>${groupSentence(speaker, fairness, cell)}</li>`)}</ul>`;
}

function groupSentence(
  speaker: Speaker,
  { regions }: BacktestFairness,
  { columns, values, measures, rest, comparisons }: FairnessCell,
): string {
  const { say, of100 } = speaker;
  const [low, high] = comparisons.recall.interval!;
  return say(fairnessWords.group, {
    ...{ group: groupText(speaker, regions, columns, values), own: of100(measures.recall.value), rest: of100(rest.measures.recall) },
    ...{ low: of100(low), high: of100(high) },
  });
}

function tableOf(speaker: Speaker, fairness: BacktestFairness, { measured, judged }: SplitFairness, caption: string): Html {
  const { say, of100, range100, count, language } = speaker;
  const words = fairnessWords;
  const beyond = new Set((judged?.findings ?? []).filter(({ code }) => code === "beyond").map(keyOf));
  const rowOf = (cell: FairnessCell) => {
    const { columns, values, n, positives, measures, rest, comparisons } = cell;
    const { difference, interval, verdict } = comparisons.recall;
    const isRegion = columns.length === 1 && columns[0] === "region_code";
    const said = beyond.has(keyOf(cell))
      ? `${say(fairnessVerdictWords[verdict.code])}, ${say(words.beyond)}`
      : say(fairnessVerdictWords[verdict.code]);
    return [
      isRegion ? (fairness.regions[values[0]!]?.[language] ?? values[0]!) : groupText(speaker, fairness.regions, columns, values),
      count(n),
      count(positives),
      of100(measures.recall.value),
      of100(measures.false_negative_rate.value),
      of100(rest.measures.recall),
      difference === null ? "–" : withRange(of100(difference), range100(interval)),
      said,
      of100(measures.precision.value),
    ];
  };
  const head = [
    words.kind,
    words.families,
    words.happened,
    words.found,
    words.missed,
    words.others,
    words.difference,
    words.verdict,
    words.precision,
  ];
  return groupedTable(
    caption,
    head.map((each) => say(each)),
    fairness.groups
      .map((trait) => ({
        name: say(traitWords[trait]),
        rows: measured.cells.filter(({ columns }) => columns.length === 1 && columns[0] === trait).map(rowOf),
      }))
      .filter(({ rows }) => rows.length > 0),
  );
}

function keyOf({ columns, values }: { columns: readonly string[]; values: readonly string[] }): string {
  return JSON.stringify([columns, values]);
}

function notesOf({ say, count }: Speaker, { measured }: SplitFairness): Html {
  const lacking = Object.entries(measured.unjudged).filter(([, { unknown, small_rows }]) => unknown + small_rows > 0);
  const notes = lacking.map(([trait, { unknown, small_rows }]) =>
    say(unknown === measured.n ? fairnessWords.neverKnown : fairnessWords.unknown, {
      trait: say(traitWords[trait as keyof typeof traitWords]),
      unknown: count(unknown),
      small: count(small_rows),
    }),
  );
  const { compared, found } = measured;
  return html`<div class="note">${paragraphs(...notes, `${say(manyComparisons, { compared, found })}.`)}</div>`;
}
