import type { Sentences } from "../domain/languages.ts";
import type { Verdict } from "../training/fairness-comparisons.ts";

/** What a comparison of a group with the others comes to, in a cell of a table. */
export const fairnessVerdictWords = {
  lower: { kk: "сирек табылады", ru: "находят реже", en: "found less often" },
  higher: { kk: "жиі табылады", ru: "находят чаще", en: "found more often" },
  no_difference: { kk: "айырма табылмады", ru: "различия не найдено", en: "no difference found" },
  too_few: { kk: "айту үшін дерек аз", ru: "данных мало, чтобы судить", en: "too few to tell" },
  not_tested: { kk: "тексерілмеді", ru: "не проверялось", en: "not tested" },
} as const satisfies Record<Verdict["code"], Sentences>;

/** All else that is said of who is missed. */
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
  weighted: {
    kk: "Деректер – іріктемелі сауалнама: үлестерде әр отбасы өзінің сауалнама салмағымен есептелді, аралықтар теңсіз салмақтарды ескереді.",
    ru: "Данные – выборочное обследование: в долях каждая семья учтена со своим весом, промежутки учитывают неравенство весов.",
    en: "The data are a sample survey: in shares each family counts by its weight, and the ranges allow for unequal weights.",
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
  neverKnown: {
    kk: "{trait}: бұл деректерде белгісіз.",
    ru: "{trait}: в этих данных неизвестно.",
    en: "{trait}: not known in these data.",
  },
  lastToo: { kk: "Тек соңғы кезең бойынша", ru: "Только по последнему периоду", en: "By the last window alone" },
} as const satisfies Record<string, Sentences>;
