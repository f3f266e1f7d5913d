import type { Language } from "../domain/languages.ts";
import type { DatedValue } from "../parameters/dated-values.ts";

interface LawWords {
  ofRules: readonly string[];
  ofLaw: readonly string[];
  rules: string;
  parameters: string;
  none: string;
  question: string;
  asNow: string;
  since: string;
  inRegion: string;
  changed: string;
  statuses: Readonly<Record<DatedValue["status"], string>>;
  diff: readonly [what: string, ofIt: string, on: string];
  nothing: string;
  absent: string;
  /** What stands before a name in a difference, and what of it is another. */
  of: Readonly<
    Record<"rule" | "support" | "begins" | "ends" | "tier" | "when" | "offers" | "reference" | "value" | "region" | "reason", string>
  >;
}

/** Words of what is in force and what changes. `{...}` are numbers, days and names. */
export const lawWords: Readonly<Record<Language, LawWords>> = {
  kk: {
    ofRules: ["ереже", "деңгей", "күннен бастап", "шарт", "мәндер", "негіз"],
    ofLaw: ["атауы", "мәні", "бастап", "дейін", "қайдан белгілі", "негіз"],
    rules: "{date} күні қолданыстағы ережелер: {count}",
    parameters: "{date} күнгі заңдық мәндер: {count}",
    none: "{date} күні мәні жоқ: {names}",
    question: "сұрақ",
    asNow: "{since}, қазіргі түрінде {version}",
    since: "{from} бастап",
    inRegion: "{region} өңірінде {value}",
    changed: "{on} күні {by} өзгертті",
    statuses: { source: "дереккөз", memory: "жадтан", derived: "есептелген", assumption: "болжам" },
    diff: ["не", "неі", "{date} күні"],
    nothing: "{from} мен {to} арасында ештеңе өзгермейді",
    absent: "жоқ",
    of: {
      ...{
        rule: "ереже",
        support: "қолдау",
        begins: "басталады",
        ends: "аяқталады",
        tier: "деңгей",
        when: "шарт",
        offers: "ұсынылатын қолдау",
      },
      ...{ reference: "негіз", value: "мәні", region: "өңір", reason: "себеп мәтіні" },
    },
  },
  ru: {
    ofRules: ["правило", "уровень", "с какого дня", "условие", "значения", "основание"],
    ofLaw: ["имя", "значение", "с", "до", "откуда известно", "основание"],
    rules: "На {date} действует правил: {count}",
    parameters: "Значений закона на {date}: {count}",
    none: "На {date} нет значения: {names}",
    question: "вопрос",
    asNow: "{since}, в нынешнем виде {version}",
    since: "с {from}",
    inRegion: "{value} в регионе {region}",
    changed: "изменил(а) {by} {on}",
    statuses: { source: "источник", memory: "по памяти", derived: "выведено", assumption: "допущение" },
    diff: ["что", "что в нём", "на {date}"],
    nothing: "Между {from} и {to} ничего не меняется",
    absent: "нет",
    of: {
      ...{
        rule: "правило",
        support: "поддержка",
        begins: "начинает действовать",
        ends: "перестаёт действовать",
        tier: "уровень",
        when: "условие",
      },
      ...{ offers: "предлагаемая поддержка", reference: "основание", value: "значение", region: "регион", reason: "текст причины" },
    },
  },
  en: {
    ofRules: ["rule", "tier", "since", "condition", "values", "reference"],
    ofLaw: ["name", "value", "from", "until", "known from", "reference"],
    rules: "{count} rules in force on {date}",
    parameters: "{count} legal values on {date}",
    none: "no value on {date}: {names}",
    question: "question",
    asNow: "{since}, as now {version}",
    since: "since {from}",
    inRegion: "{value} in {region}",
    changed: "changed by {by} on {on}",
    statuses: { source: "source", memory: "memory", derived: "derived", assumption: "assumption" },
    diff: ["what", "of it", "on {date}"],
    nothing: "nothing changes between {from} and {to}",
    absent: "none",
    of: {
      ...{ rule: "rule", support: "support", begins: "begins", ends: "ends", tier: "tier", when: "condition", offers: "support suggested" },
      ...{ reference: "reference", value: "value", region: "region", reason: "words of the reason" },
    },
  },
};

/** Puts values in the places that a text names. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
