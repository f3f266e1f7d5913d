import type { Language, Sentences } from "../domain/languages.ts";

const name = (kk: string, ru: string, en: string): Sentences => ({ kk, ru, en });

/** Registers and families of features, in words. */
const names: Readonly<Record<string, Sentences>> = {
  account: name("банк шоттары (жиынтық)", "банковские счета (сводно)", "bank accounts (aggregated)"),
  any: name("барлық тізілімдердің толықтығы", "полнота всех реестров", "completeness of all registers"),
  area: name("тұратын жері", "место жительства", "place of residence"),
  asset: name("мүлік", "имущество", "assets"),
  assistance: name("әлеуметтік көмек", "социальная помощь", "social assistance"),
  benefit: name("жәрдемақылар мен өтініштер", "пособия и заявления", "benefits and applications"),
  community_signal: name("ұйымдардан түскен хабарламалар", "сигналы организаций", "signals from organisations"),
  composition: name("отбасы құрамы", "состав семьи", "composition of the household"),
  credit: name("несиелер", "кредиты", "credit"),
  disability: name("мүгедектік", "инвалидность", "disability"),
  dwelling: name("тұрғын үй", "жильё", "dwelling"),
  education: name("білім", "образование", "education"),
  emergency: name("төтенше жағдайлар", "чрезвычайные ситуации", "emergencies"),
  employment: name("жұмыспен қамту", "занятость", "employment"),
  employment_measure: name("жұмыспен қамту шаралары", "меры занятости", "employment measures"),
  expenditure: name("шығыстар", "расходы", "expenditure"),
  health: name("денсаулық", "здоровье", "health"),
  household: name("үй шаруашылығы", "домохозяйство", "household"),
  income: name("тіркелген табыс", "зарегистрированный доход", "registered income"),
  income_change: name("табыстың өзгеруі", "изменение дохода", "change of income"),
  income_level: name("табыс деңгейі", "уровень дохода", "level of income"),
  knowledge: name("тізілімдерде не белгілі", "что известно реестрам", "what the registers know"),
  level: name("Цифрлық карта деңгейі", "уровень Цифровой карты", "level on the Digital Family Map"),
  life_event: name("өмірлік оқиғалар", "жизненные события", "life events"),
  person: name("отбасы мүшелері", "члены семьи", "persons of the household"),
  schooling: name("мектеп", "школа", "schooling"),
  utility: name("коммуналдық төлемдер", "коммунальные платежи", "utilities"),
  rules: name("ережелер бойынша", "по правилам", "by rules"),
  need: name("мұқтаждық бойынша", "по нужде", "by need"),
  lowest_income_first: name("ең төмен табыстан бастап", "сначала с наименьшим доходом", "lowest income first"),
  logistic: name("логистикалық регрессия", "логистическая регрессия", "logistic regression"),
  boosted: name("шешім ағаштарының градиенттік бустингі", "градиентный бустинг деревьев решений", "gradient-boosted decision trees"),
  external: name("басқа жүйеде жасалған модель", "модель, созданная в другой системе", "a model made elsewhere"),
  candidate: name("үміткер", "кандидат", "candidate"),
  shadow: name("көлеңкелі (тізімдерді өзгертпейді)", "теневая (списков не меняет)", "shadow (changes no list)"),
  champion: name("қолданыста", "применяется", "in use"),
  retired: name("қолданыстан шығарылған", "выведена из применения", "retired"),
  fair: name("әділ", "справедлива", "fair"),
  unfair: name("әділетсіз", "несправедлива", "unfair"),
  undecided: name("қорытынды жасауға дерек жеткіліксіз", "данных для вывода недостаточно", "too little data to conclude"),
};

/** What a register, a family, a kind of model or a state is called; its code where it has no name. */
export function nameOf(code: string, language: Language): string {
  return names[code]?.[language] ?? `\`${code}\``;
}

/** Codes that have a name. */
export const namedCodes: ReadonlySet<string> = new Set(Object.keys(names));
