import type { Language } from "../domain/languages.ts";
import type { HouseholdEntitlements, JudgedProgramme } from "../entitlement/answer.ts";
import { formatMessage } from "../rules/message.ts";
import { levelLines } from "./level-text.ts";

const labels = {
  kk: {
    title: "{household}: {asOf} күні өтініш берілсе, не тиесілі болуы мүмкін",
    income: "Табыс {quarter} тоқсаны бойынша есептелді.",
    sum: "{sum, number} {currency}{period, select, month { айына} other {}}",
    assigned: "{from} – {to} аралығына тағайындалады",
    receives: "қазір алады",
    papers: "Құжаттар",
    members: "Еңбекке қабілетті мүшелер",
    register: "{register}{known, select, none {} other {, {known}}}",
    as: "шарттары мынадай: {name} ({state}), оған қоса:",
    marks: { met: "иә", unmet: "жоқ", unknown: "?" },
    age: "{age, plural, =-1 {жасы белгісіз} other {# жас}}",
  },
  ru: {
    title: "{household}: что может быть положено при заявлении {asOf}",
    income: "Доход взят за {quarter}.",
    sum: "{sum, number} {currency}{period, select, month { в месяц} other {}}",
    assigned: "назначается с {from} по {to}",
    receives: "уже получает",
    papers: "Документы",
    members: "Трудоспособные члены семьи",
    register: "{register}{known, select, none {} other {, {known}}}",
    as: "условия те же, что у «{name}» ({state}), и ещё:",
    marks: { met: "да", unmet: "нет", unknown: "?" },
    age: "{age, plural, =-1 {возраст неизвестен} one {# год} few {# года} many {# лет} other {# года}}",
  },
  en: {
    title: "{household}: what it may be entitled to on an application of {asOf}",
    income: "Income is that of {quarter}.",
    sum: "{sum, number} {currency}{period, select, month { a month} other {}}",
    assigned: "granted from {from} to {to}",
    receives: "receives it now",
    papers: "Papers",
    members: "Members able to work",
    register: "{register}{known, select, none {} other {, {known}}}",
    as: "the conditions of {name} ({state}), and:",
    marks: { met: "yes", unmet: "no", unknown: "?" },
    age: "{age, plural, =-1 {age unknown} other {# years}}",
  },
} as const;

/** What a family may be entitled to, for a terminal. */
export function entitlementsText(judged: HouseholdEntitlements, language: Language): string {
  const words = labels[language];
  const say = (message: string, values: Record<string, string | number>) => formatMessage(message, language, values);
  const lines = [
    say(words.title, { household: judged.household_id, asOf: judged.as_of }),
    judged.income_quarter_note ?? say(words.income, { quarter: judged.income_quarter }),
    judged.notice,
  ];
  for (const programme of judged.programmes) lines.push("", ...programmeLines(programme, judged, language));
  if (judged.level !== null) lines.push("", ...levelLines(judged.level, language));
  return lines.join("\n");
}

function programmeLines(programme: JudgedProgramme, judged: HouseholdEntitlements, language: Language): string[] {
  const words = labels[language];
  const say = (message: string, values: Record<string, string | number>) => formatMessage(message, language, values);
  const { name, state_text, state, amount_lcu, period, receives, assigned_for, reference } = programme;
  const other = judged.programmes.find(({ code }) => code === programme.conditions_of);
  const sum = amount_lcu === null ? [] : [say(words.sum, { sum: amount_lcu, currency: judged.currency, period: period ?? "once" })];
  const lines = [
    [`${name}: ${state_text}`, ...sum, ...(receives === true ? [words.receives] : [])].join("; "),
    ...(other === undefined ? [] : [`  ${say(words.as, { name: other.name, state: other.state_text })}`]),
    ...ownConditions(programme, judged).map(({ state: met, text, register_name, known_on, complete_through, reference: law }) => {
      const from = say(words.register, { register: register_name, known: known_on ?? complete_through ?? "none" });
      return `  ${words.marks[met].padEnd(4)} ${text} (${from}; ${law})`;
    }),
  ];
  if (state !== "not_by_registers") {
    if (assigned_for !== null) lines.push(`  ${say(words.assigned, assigned_for)}`);
    if (programme.code === "tsa") lines.push(...socialContract(judged, language));
    lines.push(`  ${words.papers}: ${programme.papers.join("; ")}`);
    if (programme.ask !== null) lines.push(`  ${programme.ask}`);
  }
  lines.push(`  ${reference}`);
  return lines;
}

function socialContract({ tsa_kind_text, members }: HouseholdEntitlements, language: Language): string[] {
  const words = labels[language];
  const each = members.map(({ age_years, text }) => `    ${formatMessage(words.age, language, { age: age_years ?? -1 })}: ${text}`);
  return [...(tsa_kind_text === null ? [] : [`  ${tsa_kind_text}`]), ...(each.length === 0 ? [] : [`  ${words.members}:`, ...each])];
}

/** A programme's conditions, without those of another one that is told of as well. */
function ownConditions(
  { conditions_of, conditions }: JudgedProgramme,
  { programmes }: HouseholdEntitlements,
): JudgedProgramme["conditions"] {
  const told = new Set(programmes.find(({ code }) => code === conditions_of)?.conditions.map(({ id }) => id));
  return conditions.filter(({ id }) => !told.has(id));
}
