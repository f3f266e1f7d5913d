import type { Sentences } from "../domain/languages.ts";
import { type Html, html } from "./html.ts";
import { paragraphs, section, table } from "./parts.ts";
import { meanOf, type View } from "./report-view.ts";

export const steadinessWords = {
  maps: {
    kk: "Ықтималдықты түзету керек болды ма",
    ru: "Нужно ли было поправлять вероятности",
    en: "Did probabilities have to be corrected",
  },
  mapsAbout: {
    kk: "Бұрынғы кезеңдерде модельдің көлбеуі 0,9–1,1 шегінен шықса, оның ықтималдықтары түзетіледі. Көлбеу 1 – дәл; 1-ден аз – модель тым сенімді, көп – тым сақ.",
    ru: "Если в прежних периодах наклон модели выходил за 0,9–1,1, её вероятности поправляют. Наклон 1 – точно; меньше – модель слишком уверена, больше – слишком осторожна.",
    en: "Where the model's slope on earlier windows was outside 0.9–1.1, its probabilities are corrected. A slope of 1 is right; below it the model is too sure, above it too careful.",
  },
  split: { kk: "Кезең", ru: "Период", en: "Window" },
  learned: { kk: "Үйренген жағдайлар", ru: "Случаев, на которых учились", en: "Cases learned from" },
  slope: { kk: "Көлбеу (1 – дәл)", ru: "Наклон (1 – точно)", en: "Slope (1 is right)" },
  needed: { kk: "Түзету", ru: "Поправка", en: "Correction" },
  platt: { kk: "керек болды (Платт тәсілі)", ru: "понадобилась (способ Платта)", en: "was needed (Platt's way)" },
  isotonic: { kk: "керек болды (изотондық)", ru: "понадобилась (изотоническая)", en: "was needed (isotonic)" },
  notNeeded: { kk: "керек болмады", ru: "не понадобилась", en: "was not needed" },
  unknown: { kk: "тексеруге дерек жоқ", ru: "проверить не на чем", en: "nothing to judge by" },
  before: { kk: "Қате бұрын, пайыздық тармақ", ru: "Ошибка до, п. п.", en: "Error before, points" },
  after: { kk: "Қате кейін, пайыздық тармақ", ru: "Ошибка после, п. п.", en: "Error after, points" },
  stability: { kk: "Тізім қаншалық тұрақты", ru: "Насколько устойчив список", en: "How steady the list is" },
  refits: {
    kk: "Модель жаңа деректермен қайта үйренгенде, тізімдегі 100 отбасының орта есеппен {stay} орнында қалады.",
    ru: "Когда модель заново учится на новых данных, из 100 семей списка в нём в среднем остаётся {stay}.",
    en: "When the model learns anew from later data, of 100 families on the list {stay} stay on average.",
  },
  between: {
    kk: "Бір кезеңнен келесісіне өткенде, екеуінде де бар отбасылардың ішінде, тізімдегі 100-ден орта есеппен {stay} қайта тізімге түседі: қалғандарының жағдайы өзгерді.",
    ru: "От одного периода к следующему, среди семей, которые есть в обоих, из 100 семей списка в среднем снова попадает в него {stay}: у остальных изменилось положение.",
    en: "From one window to the next, among families that are in both, of 100 on the list {stay} are on it again on average: for the others things have changed.",
  },
  oneSplit: {
    kk: "Кезең біреу ғана, салыстыратын ештеңе жоқ.",
    ru: "Период всего один, сравнивать не с чем.",
    en: "There is one window only, and nothing to compare.",
  },
  kind: { kk: "Не салыстырылды", ru: "Что сравнили", en: "What was compared" },
  stays: { kk: "100 отбасыдан қалғаны", ru: "Осталось из 100 семей", en: "Stayed, of 100 families" },
  jaccard: { kk: "Жаккар индексі (1 – бірдей)", ru: "Индекс Жаккара (1 – одинаковы)", en: "Jaccard index (1 = the same)" },
  sameRows: { kk: "{split}: алдыңғы және өз моделі", ru: "{split}: прежняя и своя модель", en: "{split}: the model before and its own" },
  ablations: { kk: "Аудан көрсеткіштері не қосады", ru: "Что добавляют показатели района", en: "What rates of the district add" },
  ablationsAbout: {
    kk: "Тұратын жер отбасының тағдырын шешпеуі тиіс, сондықтан модель аудан көрсеткіштерін көрмейді. Мұнда олар қосылса не болатыны тексерілді.",
    ru: "Место жительства не должно решать за семью, поэтому модель показателей района не видит. Здесь проверено, что было бы с ними.",
    en: "Where a family lives should not decide for it, so the model does not see the district's rates. Here it was tried what they would change.",
  },
  ablation: {
    kk: "{model}: аудан көрсеткіштерімен тізімдегі 100 отбасыдан табылғандар {precision} өзгерер еді; {all, number} кезеңнің {better, number} кезеңінде олармен жақсырақ.",
    ru: "{model}: с показателями района изменение числа найденных из 100 семей списка – {precision}; лучше с ними в {better, number} из {all, number} периодов.",
    en: "{model}: with the district's rates the number found of 100 families on the list would change by {precision}; it is better with them in {better, number} of {all, number} windows.",
  },
  precision: { kk: "Табылғандар өзгерісі, 100-ден", ru: "Изменение найденных, из 100", en: "Change in families found, of 100" },
  auc: { kk: "AUC өзгерісі, 100 жұптан", ru: "Изменение AUC, пар из 100", en: "Change in AUC, pairs of 100" },
  better: { kk: "Олармен жақсырақ кезеңдер", ru: "Лучше с ними, периодов", en: "Better with them, windows" },
  model: { kk: "Модель", ru: "Модель", en: "Model" },
  noAblations: {
    kk: "Бұл тәжірибеде аудан көрсеткіштері сыналмады.",
    ru: "В этом опыте показатели района не проверялись.",
    en: "This experiment did not try rates of the district.",
  },
  countOf: { kk: "{all, number} ішінен {count, number}", ru: "{count, number} из {all, number}", en: "{count, number} of {all, number}" },
} as const satisfies Record<string, Sentences>;

/** What maps fitted on earlier splits make of the shown model's probabilities. */
export function calibrationMaps({ result, speaker, shown }: View): Html {
  const { say, of100, number, count } = speaker;
  const words = steadinessWords;
  const head = [words.split, words.learned, words.slope, words.needed, words.before, words.after].map((each) => say(each));
  const rows = result.calibration
    .filter(({ model }) => model === shown)
    .map(({ split, learned_from, slope_before, method, ece_before, ece_after }) => [
      split,
      count(learned_from),
      number(slope_before, 2),
      say(method !== null ? words[method] : slope_before === null ? words.unknown : words.notNeeded),
      of100(ece_before),
      of100(ece_after),
    ]);
  return section(
    "calibration",
    say(words.maps),
    paragraphs(say(words.mapsAbout)),
    rows.length === 0 ? html`` : table(say(words.maps), head, rows),
  );
}

/** Of two lists of equal length: the share of one that is on the other. */
export function shareStaying(jaccard: number): number {
  return (2 * jaccard) / (1 + jaccard);
}

/** How many families stay on the list from split to split and from fit to fit. */
export function stability({ result, speaker, shown }: View): Html {
  const { say, of100, number } = speaker;
  const words = steadinessWords;
  const own = result.stability.find(({ model }) => model === shown);
  const refits = (own?.between_refits ?? []).map(({ split, jaccard }) => ({ name: say(words.sameRows, { split }), jaccard }));
  const splits = (own?.between_splits ?? []).map(({ from, to, jaccard }) => ({ name: `${from} → ${to}`, jaccard }));
  const stay = (lists: readonly { jaccard: number }[]) => of100(meanOf(lists.map(({ jaccard }) => shareStaying(jaccard))));
  const texts = [
    ...(refits.length > 0 ? [say(words.refits, { stay: stay(refits) })] : []),
    ...(splits.length > 0 ? [say(words.between, { stay: stay(splits) })] : []),
  ];
  if (texts.length === 0) return section("stability", say(words.stability), paragraphs(say(words.oneSplit)));
  const head = [words.kind, words.stays, words.jaccard].map((each) => say(each));
  const rows = [...refits, ...splits].map(({ name, jaccard }) => [name, of100(shareStaying(jaccard)), number(jaccard, 2)]);
  return section("stability", say(words.stability), paragraphs(...texts), table(say(words.stability), head, rows));
}

/** What rates of the place would add to each model. */
export function ablationSection({ result, speaker, shown }: View): Html {
  const { say, of100, model } = speaker;
  const words = steadinessWords;
  const signed = (value: number) => `${value > 0 && of100(value) !== of100(0) ? "+" : ""}${of100(value)}`;
  if (result.ablations.length === 0) return section("ablations", say(words.ablations), paragraphs(say(words.noAblations)));
  const own = result.ablations.filter((each) => each.model === shown);
  const texts = own.map(({ precision_at_capacity, splits_better, splits }) =>
    say(words.ablation, { model: model(shown), precision: signed(precision_at_capacity), better: splits_better, all: splits }),
  );
  const rows = result.ablations.map(({ model: name, precision_at_capacity, auc, splits_better, splits }) => [
    model(name),
    signed(precision_at_capacity),
    signed(auc),
    say(words.countOf, { count: splits_better, all: splits }),
  ]);
  const head = [words.model, words.precision, words.auc, words.better].map((each) => say(each));
  return section(
    "ablations",
    say(words.ablations),
    paragraphs(say(words.ablationsAbout), ...texts),
    table(say(words.ablations), head, rows),
  );
}
