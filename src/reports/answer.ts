import type { Sentences } from "../domain/languages.ts";
import type { Unmet } from "../experiments/backtest-result.ts";
import type { Gain } from "../experiments/gains.ts";
import { type Html, html } from "./html.ts";
import { paragraphs, section, table, withRange } from "./parts.ts";
import { meanOf, type View } from "./report-view.ts";
import type { Speaker } from "./speaker.ts";

export const answerWords = {
  title: { kk: "Жауап", ru: "Ответ", en: "The answer" },
  chosen: {
    kk: "«{model}» моделі таңдалды. Оның тізімінен 100 отбасыға барсақ, {found} отбасының басына болжанған жағдай шынымен түседі; кездейсоқ барсақ – {chance}.",
    ru: "Выбрана модель «{model}». Если посетить 100 семей из её списка, предсказанное случится с {found} из них; если посещать наугад – с {chance}.",
    en: "The model “{model}” is chosen. When 100 families of its list are visited, it finds {found} to whom this happens; visits at random would find {chance}.",
  },
  none: {
    kk: "Ешбір модель таңдалмады: ешқайсысы қойылған шарттарды орындамайды. Тізімді ережелер мен мұқтаждық бойынша жасай беру керек.",
    ru: "Ни одна модель не выбрана: ни одна не выполняет поставленных условий. Списки следует по-прежнему составлять по правилам и нужде.",
    en: "No model may be chosen: none keeps the conditions that were set. Lists should go on being made by rules and need.",
  },
  why: { kk: "{model}: {reasons}.", ru: "{model}: {reasons}.", en: "{model}: {reasons}." },
  closest: {
    kk: "Төменде «{model}» моделі көрсетілген: ол шарттарды орындамаса да, өкініші ең аз. Оның тізіміндегі 100 отбасының {found} табылды.",
    ru: "Ниже показана модель «{model}»: сожаление по ней наименьшее, хотя условий она не выполняет. Из 100 семей её списка найдено {found}.",
    en: "What follows is of the model “{model}”, the first by regret though it does not keep the conditions. Of 100 families of its list it found {found}.",
  },
  more: {
    kk: "Салыстыру – {ranking}: 100 отбасының {theirs} табылды. Модель 100 отбасының {difference} отбасын артық табады (95 %: {range}).",
    ru: "Для сравнения – {ranking}: найдено {theirs} из 100. Модель находит на {difference} семьи из 100 больше (95 %: {range}).",
    en: "Compared with {ranking}, which found {theirs} of 100: the model finds {difference} more families of 100 (95 %: {range}).",
  },
  fewer: {
    kk: "Салыстыру – {ranking}: 100 отбасының {theirs} табылды. Модель 100 отбасының {difference} отбасын кем табады (95 %: {range}).",
    ru: "Для сравнения – {ranking}: найдено {theirs} из 100. Модель находит на {difference} семьи из 100 меньше (95 %: {range}).",
    en: "Compared with {ranking}, which found {theirs} of 100: the model finds {difference} fewer families of 100 (95 %: {range}).",
  },
  same: {
    kk: "Салыстыру – {ranking}: 100 отбасының {theirs} табылды. Айырма 100-ден {difference}, оны кездейсоқтықтан ажырату мүмкін емес (95 %: {range}).",
    ru: "Для сравнения – {ranking}: найдено {theirs} из 100. Разница {difference} из 100, её нельзя отличить от случайности (95 %: {range}).",
    en: "Compared with {ranking}, which found {theirs} of 100: the difference is {difference} of 100 and cannot be told from chance (95 %: {range}).",
  },
  unsure: {
    kk: "Салыстыру – {ranking}: 100 отбасының {theirs} табылды; айырма 100-ден {difference} (кезеңдер орташасы, аралығы есептелмеген).",
    ru: "Для сравнения – {ranking}: найдено {theirs} из 100; разница {difference} из 100 (среднее по периодам, промежуток не рассчитан).",
    en: "Compared with {ranking}, which found {theirs} of 100: the difference is {difference} of 100 (mean over the windows; its range was not worked out).",
  },
  tableTitle: {
    kk: "Тізімдегі 100 отбасының қаншасы табылды, барлық кезең бірге",
    ru: "Сколько найдено из 100 семей списка, все периоды вместе",
    en: "Found of 100 families on the list, all windows together",
  },
  ranking: { kk: "Қарапайым тәртіп", ru: "Простой порядок", en: "Simple order" },
  theirs: { kk: "Ол тапты, 100-ден", ru: "Нашёл он, из 100", en: "It found, of 100" },
  ours: { kk: "Модель тапты, 100-ден", ru: "Нашла модель, из 100", en: "The model found, of 100" },
  difference: { kk: "Айырма, 100-ден (95 %)", ru: "Разница, из 100 (95 %)", en: "Difference, of 100 (95 %)" },
  better: { kk: "Модель жақсырақ болған кезеңдер", ru: "Периодов, где лучше модель", en: "Windows in which the model was better" },
  of: { kk: "{all, number} ішінен {count, number}", ru: "{count, number} из {all, number}", en: "{count, number} of {all, number}" },
  withoutHelped: {
    kk: "Соңғы кезеңде {helped} отбасы осы уақытта көмек алды. Оларсыз, тізімдегі 100 отбасының {found} табылды.",
    ru: "В последнем периоде помощь за это время получили: {helped} (случаев). Без них из 100 семей списка найдено {found}.",
    en: "In the last window {helped} families got help in the meantime. Without them the list found {found} of 100 families.",
  },
  calibration: {
    kk: "болжанған және нақты үлестің орташа айырмасы {ece}, рұқсат етілгені {most}",
    ru: "обещанная и действительная доли расходятся в среднем на {ece}, допускается {most}",
    en: "promised and real shares differ by {ece} on average, and {most} is allowed",
  },
  behind: {
    kk: "мына кезеңдерде «{ranking}» тәртібінен қалып қойды: {splits}",
    ru: "уступает порядку «{ranking}» в периодах {splits}",
    en: "it is behind “{ranking}” in {splits}",
  },
} as const satisfies Record<string, Sentences>;

/** A condition that a model does not keep, in words. */
export function unmetText({ say, percent, model }: Speaker, unmet: Unmet): string {
  return unmet.code === "calibration"
    ? say(answerWords.calibration, { ece: percent(unmet.ece), most: percent(unmet.most) })
    : say(answerWords.behind, { ranking: model(unmet.baseline), splits: unmet.splits.join(", ") });
}

/** Which model is chosen and by how much it is better than simple orders, or why none is. */
export function answer(view: View): Html {
  const { result, speaker, shown } = view;
  const { say, of100, model, count } = speaker;
  const gains = gainsOf(view);
  const found = of100(gains[0]?.model_precision ?? meanOf(view.of(shown).map(({ metrics }) => metrics.precision_at_capacity)));
  const [events, tested] = [sum(result.splits.map((each) => each.events)), sum(result.splits.map((each) => each.tested_on))];
  const said = { model: model(shown), found, chance: of100(events / tested) };
  const { chosen, ranking } = result.selection;
  const reasons = ranking.map((row) =>
    say(answerWords.why, { model: model(row.model), reasons: row.unmet.map((each) => unmetText(speaker, each)).join("; ") }),
  );
  const head =
    chosen === null
      ? html`<div class="lead">${paragraphs(say(answerWords.none))}</div><ul>${reasons.map((each) => html`<li>${each}</li>`)}</ul>${paragraphs(say(answerWords.closest, said))}`
      : html`<div class="lead">${paragraphs(say(answerWords.chosen, said), ...mainGains(gains).map((gain) => gainText(speaker, gain)))}</div>`;
  const helped = view.of(shown).at(-1)?.without_helped;
  return section(
    "answer",
    say(answerWords.title),
    head,
    ...(chosen === null ? [paragraphs(...mainGains(gains).map((gain) => gainText(speaker, gain)))] : []),
    gains.length === 0 ? html`` : gainTable(speaker, gains),
    helped == null || view.lastSplit.helped === null
      ? html``
      : paragraphs(say(answerWords.withoutHelped, { helped: count(view.lastSplit.helped), found: of100(helped.precision_at_capacity) })),
  );
}

const main: readonly string[] = ["rules", "lowest_income_first"];

/** Rules and lowest income first; the first ranking where the experiment has neither. */
function mainGains(gains: readonly Gain[]): Gain[] {
  const found = gains.filter(({ baseline }) => main.includes(baseline));
  return found.length > 0 ? found : gains.slice(0, 1);
}

/** What the engine has worked out, or means over the windows without a range. */
function gainsOf({ result, shown, of }: View): Gain[] {
  if (result.gains !== undefined) return result.gains;
  const own = of(shown).map(({ metrics }) => metrics.precision_at_capacity);
  return result.models
    .filter(({ role }) => role === "baseline")
    .map(({ name }) => {
      const theirs = of(name).map(({ metrics }) => metrics.precision_at_capacity);
      const [model_precision, baseline_precision] = [meanOf(own) ?? 0, meanOf(theirs) ?? 0];
      return {
        ...{ baseline: name as Gain["baseline"], model_precision, baseline_precision, interval: null },
        difference: model_precision - baseline_precision,
        splits_better: own.filter((each, split) => each > theirs[split]!).length,
        splits: own.length,
      };
    });
}

function gainText({ say, of100, range100, model }: Speaker, { baseline, baseline_precision, difference, interval }: Gain): string {
  const about = { ranking: model(baseline), theirs: of100(baseline_precision) };
  if (interval === null) return say(answerWords.unsure, { ...about, difference: of100(difference) });
  const [low, high] = interval;
  if (low > 0) return say(answerWords.more, { ...about, difference: of100(difference), range: range100(interval) });
  if (high < 0) return say(answerWords.fewer, { ...about, difference: of100(-difference), range: range100([-high, -low]) });
  return say(answerWords.same, { ...about, difference: of100(difference), range: range100(interval) });
}

function gainTable({ say, of100, range100, model }: Speaker, gains: readonly Gain[]): Html {
  const head = [answerWords.ranking, answerWords.theirs, answerWords.ours, answerWords.difference, answerWords.better];
  return table(
    say(answerWords.tableTitle),
    head.map((each) => say(each)),
    gains.map(({ baseline, baseline_precision, model_precision, difference, interval, splits_better, splits }) => [
      model(baseline),
      of100(baseline_precision),
      of100(model_precision),
      interval === null ? of100(difference) : withRange(of100(difference), range100(interval)),
      say(answerWords.of, { count: splits_better, all: splits }),
    ]),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
