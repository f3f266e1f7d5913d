import type { Sentences } from "../domain/languages.ts";
import type { BacktestFairness, SplitFairness } from "../experiments/backtest-fairness.ts";
import type { FairnessCell } from "../training/fairness.ts";
import type { Verdict } from "../training/fairness-comparisons.ts";
import { manyComparisons, overall } from "../training/fairness-words.ts";
import { groupText, traitWords } from "./group-words.ts";
import { type Html, html } from "./html.ts";
import { folded, groupedTable, paragraphs, section, withRange } from "./parts.ts";
import type { View } from "./report-view.ts";
import type { Speaker } from "./speaker.ts";

const verdicts = {
  lower: { kk: "сирек табылады", ru: "находят реже", en: "found less often" },
  higher: { kk: "жиі табылады", ru: "находят чаще", en: "found more often" },
  no_difference: { kk: "айырма табылмады", ru: "различия не найдено", en: "no difference found" },
  too_few: { kk: "айту үшін дерек аз", ru: "данных мало, чтобы судить", en: "too few to tell" },
  not_tested: { kk: "тексерілмеді", ru: "не проверялось", en: "not tested" },
} as const satisfies Record<Verdict["code"], Sentences>;

export const fairnessWords = {
  title: { kk: "Кім назардан тыс қалады", ru: "Кого не находят", en: "Who is missed" },
  none: {
    kk: "Бұл нәтижеде топтар бойынша өлшемдер жоқ.",
    ru: "В этом результате нет измерений по группам.",
    en: "This result has no measurements by group.",
  },
  about: {
    kk: "Басына жағдай түскен отбасылардың қаншасы тізімде болғаны әр топ үшін есептелді. Бұл белгілерді модельдің өзі көрмейді.",
    ru: "Для каждой группы подсчитано, сколько семей из тех, с кем это случилось, были в списке. Самих этих признаков модель не видит.",
    en: "For each group it was counted how many of the families to whom it happened were on the list. The model itself does not see these traits.",
  },
  all: {
    kk: "Барлығы: басына бұл түскен 100 отбасының {found} тізімде болды, {missed} назардан тыс қалды.",
    ru: "Всего: из 100 семей, с которыми это случилось, в списке были {found}, пропущены {missed}.",
    en: "In all: of 100 families to whom it happened the list found {found} and missed {missed}.",
  },
  limit: {
    kk: "Рұқсат етілген артта қалу: 100-ден {limit}.",
    ru: "Допустимое отставание: {limit} из 100.",
    en: "A group may stand behind the others by at most {limit} of 100.",
  },
  group: {
    kk: "Басына бұл түскен 100 {group} отбасының тізім {own} тапты; қалғандардың – {rest}; айырма 100-ден {low} мен {high} аралығында.",
    ru: "Из 100 семей {group}, с которыми это случилось, список нашёл {own}; из остальных – {rest}; разница между {low} и {high} из 100.",
    en: "Of 100 families {group} to whom it happened, the list found {own}; of others {rest}; the difference is between {low} and {high} of 100.",
  },
  lowest: { kk: "Ең көп артта қалған топтар:", ru: "Сильнее всего отстают:", en: "Furthest behind:" },
  noneLower: {
    kk: "Басқалардан сирек табылатын топ анықталмады. Мысалы, кестенің бірінші жолы:",
    ru: "Групп, которых находят реже остальных, не выявлено. Для примера первая строка таблицы:",
    en: "No group is found to be behind the others. As an example, the first row of the table:",
  },
  tableTitle: {
    kk: "Басына бұл түскен 100 отбасыдан тізімде болғандар, {splits}",
    ru: "Найдено из 100 семей, с которыми это случилось, {splits}",
    en: "Found of 100 families to whom it happened, {splits}",
  },
  allSplits: {
    kk: "барлық кезең бірге ({count, number})",
    ru: "все периоды вместе ({count, number})",
    en: "all windows together ({count, number})",
  },
  lastSplit: { kk: "соңғы кезең ({split})", ru: "последний период ({split})", en: "the last window ({split})" },
  kind: { kk: "Қандай отбасылар", ru: "Какие семьи", en: "Which families" },
  families: { kk: "Саны, жағдай", ru: "Всего, случаев", en: "In all, cases" },
  happened: { kk: "Басына түсті, жағдай", ru: "Случилось, раз", en: "It happened, cases" },
  found: { kk: "Табылды, 100-ден", ru: "Найдено, из 100", en: "Found, of 100" },
  missed: { kk: "Табылмады, 100-ден", ru: "Пропущено, из 100", en: "Missed, of 100" },
  others: { kk: "Қалғандардан табылды, 100-ден", ru: "Найдено из остальных, из 100", en: "Found of the others, of 100" },
  difference: { kk: "Айырма, 100-ден (95 %)", ru: "Разница, из 100 (95 %)", en: "Difference, of 100 (95 %)" },
  verdict: { kk: "Қорытынды", ru: "Вывод", en: "Verdict" },
  precision: {
    kk: "Топтың тізімдегі 100 отбасыдан табылғаны",
    ru: "Верно, из 100 семей группы в списке",
    en: "Right, of 100 of the group on the list",
  },
  beyond: { kk: "шектен тыс", ru: "сверх допустимого", en: "beyond the limit" },
  unknown: {
    kk: "{trait}: {unknown} жағдайда белгісіз, {small} жағдай тым шағын топтарда, олар бағаланбады.",
    ru: "{trait}: неизвестно в {unknown} случаях, ещё {small} – в слишком малых группах; они не оценены.",
    en: "{trait}: unknown in {unknown} cases, and {small} are in groups too small to be judged.",
  },
  lastToo: { kk: "Тек соңғы кезең бойынша", ru: "Только по последнему периоду", en: "By the last window alone" },
} as const satisfies Record<string, Sentences>;

export const fairnessVerdictWords = verdicts;
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
    paragraphs(say(words.about)),
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
    const said = beyond.has(keyOf(cell)) ? `${say(verdicts[verdict.code])}, ${say(words.beyond)}` : say(verdicts[verdict.code]);
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
    fairness.groups.map((trait) => ({
      name: say(traitWords[trait]),
      rows: measured.cells.filter(({ columns }) => columns.length === 1 && columns[0] === trait).map(rowOf),
    })),
  );
}

function keyOf({ columns, values }: { columns: readonly string[]; values: readonly string[] }): string {
  return JSON.stringify([columns, values]);
}

function notesOf({ say, count }: Speaker, { measured }: SplitFairness): Html {
  const lacking = Object.entries(measured.unjudged).filter(([, { unknown, small_rows }]) => unknown + small_rows > 0);
  const notes = lacking.map(([trait, { unknown, small_rows }]) =>
    say(fairnessWords.unknown, {
      trait: say(traitWords[trait as keyof typeof traitWords]),
      unknown: count(unknown),
      small: count(small_rows),
    }),
  );
  const { compared, found } = measured;
  return html`<div class="note">${paragraphs(...notes, `${say(manyComparisons, { compared, found })}.`)}</div>`;
}
