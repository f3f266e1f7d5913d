import type { Sentences } from "../domain/languages.ts";
import type { Experiment } from "../experiments/experiment.ts";
import { type Html, html } from "./html.ts";
import { section } from "./parts.ts";
import type { View } from "./report-view.ts";

/** What each label foretells of a family, as the end of a sentence about it. */
const events = {
  hardship_entry_6m: {
    kk: "алты ай ішінде табысы өңірдегі ең төменгі күнкөріс деңгейінен төмен түсуі",
    ru: "в течение шести месяцев её доход окажется ниже прожиточного минимума региона",
    en: "within six months its income is below the subsistence minimum of its region",
  },
  poverty_entry_6m: {
    kk: "алты ай ішінде табысы кедейлік шегінен төмен түсуі",
    ru: "в течение шести месяцев её доход окажется ниже черты бедности",
    en: "within six months its income is below the poverty line",
  },
  line_entry_4q: {
    kk: "бір жылдан кейін табысы кедейлік шегінен төмен болуы",
    ru: "через год её доход окажется ниже черты бедности",
    en: "a year later its income is below the poverty line",
  },
  level_fall_6m: {
    kk: "алты ай ішінде Отбасының цифрлық картасында D немесе E деңгейіне түсуі",
    ru: "в течение шести месяцев она опустится до уровня D или E Цифровой карты семьи",
    en: "within six months it falls to level D or E of the Digital Family Map",
  },
  tsa_return_12m: {
    kk: "он екі ай ішінде атаулы әлеуметтік көмекке (АӘК) қайта оралуы",
    ru: "в течение двенадцати месяцев она вернётся к адресной социальной помощи (АСП)",
    en: "within twelve months it comes back to targeted social assistance (TSA)",
  },
  tsa_long_stay_12m: {
    kk: "он екі айдан кейін де атаулы әлеуметтік көмек (АӘК) алып отыруы",
    ru: "через двенадцать месяцев она всё ещё будет получать адресную социальную помощь (АСП)",
    en: "twelve months later it is still on targeted social assistance (TSA)",
  },
} as const satisfies Record<Experiment["label"], Sentences>;

const lists = {
  country: { kk: "бүкіл ел бойынша бір тізім", ru: "один список на всю страну", en: "one list for the whole country" },
  region: { kk: "әр облысқа бір тізім", ru: "по списку на каждую область", en: "a list for each region" },
  district: { kk: "әр ауданға бір тізім", ru: "по списку на каждый район", en: "a list for each district" },
} as const satisfies Record<Experiment["capacity"]["by"], Sentences>;

const helpedWords = {
  keep: {
    kk: "Көмек алған отбасылар қалғандармен бірге есептеледі.",
    ru: "Семьи, получившие помощь, считаются вместе со всеми.",
    en: "Families that got help are counted with all others.",
  },
  flag: {
    kk: "Көмек алған отбасылар есепте қалады; оларсыз нәтиже бөлек көрсетіледі.",
    ru: "Семьи, получившие помощь, остаются в счёте; результат без них показан отдельно.",
    en: "Families that got help stay in the count; the result without them is shown apart.",
  },
  censor: {
    kk: "Көмек алған отбасылар есептен шығарылды.",
    ru: "Семьи, получившие помощь, из счёта исключены.",
    en: "Families that got help are left out.",
  },
} as const satisfies Record<Experiment["helped"], Sentences>;

export const askedWords = {
  asked: { kk: "Не сұралды және қандай деректер бойынша", ru: "О чём спросили и по каким данным", en: "What was asked, and of which data" },
  madeUp: { kk: "ОЙДАН ШЫҒАРЫЛҒАН ДЕРЕКТЕР", ru: "ВЫДУМАННЫЕ ДАННЫЕ", en: "MADE-UP DATA" },
  madeUpMeans: {
    kk: "Барлық отбасыны бағдарлама ойлап шығарған. Бұл сандар есептеу жолының жұмыс істейтінін ғана көрсетеді, нақты отбасылар туралы ештеңе айтпайды.",
    ru: "Все семьи придуманы программой. Эти числа показывают только, что расчёт работает; о настоящих семьях они не говорят ничего.",
    en: "All families were made up by a program. These figures show only that the calculation works; they say nothing about real families.",
  },
  question: {
    kk: "Сұрақ (тәжірибе авторының сөзімен)",
    ru: "Вопрос (словами автора опыта)",
    en: "The question, in the experiment's own words",
  },
  event: { kk: "Отбасы туралы не болжанады", ru: "Что предсказывается о семье", en: "What is foretold of a family" },
  list: { kk: "Тізім", ru: "Список", en: "The list" },
  listIs: {
    kk: "{by}; отбасылардың {share} орын алады, тізімде кемінде {least, number} орын",
    ru: "{by}; места получают {share} семей, в списке не меньше мест, чем {least, number}",
    en: "{by}; {share} of families have a place, and a list has at least {least, number, ::integer} {least, plural, one {place} other {places}}",
  },
  tested: { kk: "Сыналған кезеңдер", ru: "Проверенные периоды", en: "Windows tested" },
  testedIs: {
    kk: "кезең саны: {count, number}; {from} – {until} аралығындағы күндер; соңғы кезеңде {rows} жағдай қаралды, олардың {events} басына бұл түсті ({rate})",
    ru: "периодов: {count, number}; дни с {from} по {until}; в последнем периоде рассмотрено случаев: {rows}, это случилось в {events} из них ({rate})",
    en: "{count, plural, one {# window} other {# windows}}, looked from days between {from} and {until}; in the last one {rows} cases were looked at, and it happened in {events} of them ({rate})",
  },
  learned: { kk: "Үйрену", ru: "Обучение", en: "Learning" },
  learnedIs: {
    kk: "соңғы кезеңнің моделі {from} – {until} күндерінің {rows} жағдайынан үйренді; оның бәрі кезең басталғанда белгілі болған",
    ru: "модель последнего периода училась на случаях за {from} – {until}, всего: {rows}; всё это было известно до начала периода",
    en: "the last window's model learned from {rows} cases of {from} to {until}, all of it known before the window began",
  },
  data: { kk: "Деректер", ru: "Данные", en: "Data" },
  dataIs: {
    kk: "{load, number} рет жүктелген деректер, бақылау сомасы {hash}",
    ru: "загрузки по номер {load, number} включительно, контрольная сумма {hash}",
    en: "all loads up to number {load, number}, checksum {hash}",
  },
  help: { kk: "Көмек алғандар", ru: "Получившие помощь", en: "Those who got help" },
  skipped: { kk: "Сыналмаған кезеңдер", ru: "Непроверенные периоды", en: "Windows not tested" },
  skippedIs: {
    kk: "{split}: үйренуге немесе тексеруге отбасылар тым аз",
    ru: "{split}: слишком мало семей, чтобы учиться или проверять",
    en: "{split}: too few families to learn from or to be judged by",
  },
  skippedLearning: {
    kk: "{split}: үйренуге дерек тым аз – жағдай саны {rows}, оның ішінде оқиға болғаны {events}; оқиға болғаны да, болмағаны да кемінде {least} керек",
    ru: "{split}: слишком мало, чтобы учиться, – случаев {rows}, из них с событием {events}; нужно не меньше {least} и с событием, и без него",
    en: "{split}: too little to learn from: {rows} cases, {events} with the event; at least {least} with it and {least} without it are needed",
  },
  skippedJudging: {
    kk: "{split}: тексеруге дерек тым аз – жағдай саны {rows}, оның ішінде оқиға болғаны {events}; оқиға болғаны да, болмағаны да кемінде {least} керек",
    ru: "{split}: слишком мало, чтобы проверить, – случаев {rows}, из них с событием {events}; нужно не меньше {least} и с событием, и без него",
    en: "{split}: too little to be judged by: {rows} cases, {events} with the event; at least {least} with it and {least} without it are needed",
  },
  reading: { kk: "Бұл бетті қалай оқу керек", ru: "Как читать эту страницу", en: "How to read this page" },
  window: {
    kk: "Сынақ өткенде өтеді: модельге сол күні белгілі болған деректер ғана беріледі, ол тізім жасайды, содан кейін шын мәнінде не болғаны қаралады. Мұндай әр сынақ – бір кезең.",
    ru: "Испытание идёт в прошлом: модели дают только то, что было известно в тот день, она составляет список, а затем смотрят, что случилось на самом деле. Каждое такое испытание – один период.",
    en: "The trial takes place in the past: the model is given only what was known on a day, it makes a list, and then one looks at what really came. Each such trial is a window.",
  },
  found: {
    kk: "«100 отбасының … табылды» дегеніміз: тізімдегі 100 отбасыға барсақ, сонша отбасының басына болжанған жағдай шынымен түседі.",
    ru: "«Найдено … из 100» значит: если посетить 100 семей из списка, столько из них действительно окажутся в предсказанном положении.",
    en: "“Found … of 100” means: when 100 families of the list are visited, to so many of them it really happens.",
  },
  interval: {
    kk: "«95 %» деген екі сан – аралық: дәл осындай басқа отбасылар алынса, нәтиже 100 реттің 95-інде шамамен осы аралықта болар еді.",
    ru: "Два числа с пометкой «95 %» – промежуток: с другими такими же семьями результат в 95 случаях из 100 лежал бы примерно в нём.",
    en: "Two numbers marked “95 %” are a range: with other families of the same kind the result would lie in about this range 95 times of 100.",
  },
  simple: {
    kk: "Модель қарапайым тәртіптермен салыстырылады: «ережелер» (қанша әлеуметтік ереже орындалғаны), «алдымен табысы ең төмендер», «қазіргі мұқтаждығы бойынша», «ауданның кедейлігі бойынша». Олардан жақсы болмаса, модель керек емес.",
    ru: "Модель сравнивают с простыми порядками: «правила» (сколько социальных правил выполнено), «сначала самый низкий доход», «по нужде сейчас», «по бедности района». Если она не лучше их, она не нужна.",
    en: "The model is compared with simple orders: “rules” (how many social rules are met), “lowest income first”, “by need now”, “by the district's poverty”. If it is no better, it is not needed.",
  },
  onlyOrder: {
    kk: "Тізім тек кімге бірінші барылатынын шешеді: ешкім көмектен айырылмайды.",
    ru: "Список решает только, к кому прийти раньше: помощи из-за него не лишают никого.",
    en: "The list only decides who is visited first: nobody is refused help because of it.",
  },
} as const satisfies Record<string, Sentences>;

export const askedOptions = { ...events, ...lists, ...helpedWords };

/** What was asked, of which data, and how to read the rest. */
export function asked({ result, speaker, lastSplit }: View): Html {
  const { say, day, count, percent } = speaker;
  const words = askedWords;
  const { capacity, splits } = result;
  const list = { by: say(lists[capacity.by]), share: percent(capacity.share), least: capacity.at_least };
  const tested = {
    ...{ count: splits.length, from: day(splits[0]!.tested_from), until: day(lastSplit.tested_until) },
    ...{ rows: count(lastSplit.tested_on), events: count(lastSplit.events), rate: percent(lastSplit.base_rate) },
  };
  const learned = { from: day(lastSplit.trained_from), until: day(lastSplit.trained_until), rows: count(lastSplit.trained_on) };
  const event = events[result.label as keyof typeof events];
  const entries: [string, string | Html][] = [
    [say(words.question), typeof result.question === "string" ? result.question : result.question[speaker.language]],
    [say(words.event), event === undefined ? result.label : say(event)],
    [say(words.list), say(words.listIs, list)],
    [say(words.tested), say(words.testedIs, tested)],
    [say(words.learned), say(words.learnedIs, learned)],
    [say(words.help), say(helpedWords[result.helped])],
    [say(words.data), say(words.dataIs, { load: result.snapshot.load_id, hash: result.snapshot.loads_sha256.slice(0, 12) })],
  ];
  const skipped = result.skipped.map(({ split, why, lacks }) => {
    if (lacks === undefined) return html`<li>${say(words.skippedIs, { split })} <span class="note" lang="en">(${why})</span></li>`;
    const figures = { split, rows: count(lacks.rows), events: count(lacks.events), least: lacks.at_least };
    return html`<li>${say(lacks.for === "learning" ? words.skippedLearning : words.skippedJudging, figures)}</li>`;
  });
  if (skipped.length > 0) entries.push([say(words.skipped), html`<ul>${skipped}</ul>`]);
  const reading = [words.window, words.found, words.interval, words.simple, words.onlyOrder].map((each) => html`<li>${say(each)}</li>`);
  return html`${section("asked", say(words.asked), html`<dl>${entries.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`)}
${section("reading", say(words.reading), html`<ul>${reading}</ul>`)}`;
}

/** Said in large letters when all data are made up. */
export function madeUp({ result, speaker: { say } }: View): Html {
  return result.synthetic
    ? html`<p class="made-up" role="note"><strong>${say(askedWords.madeUp)}</strong>${say(askedWords.madeUpMeans)}</p>`
    : html``;
}
