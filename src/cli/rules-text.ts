import type { Language } from "../domain/languages.ts";
import { type Tier, tiers } from "../domain/tiers.ts";
import { tierWord } from "../lists/words.ts";
import type { Change } from "../parameters/dated-values.ts";
import type { Difference, LawDiff } from "../rules/diff.ts";
import type { LawOn, LegalValue, NamedValue } from "../rules/in-force.ts";
import { type Rule, ruleSummary } from "../rules/rule.ts";
import { filled, lawWords } from "./rules-words.ts";
import { textTable } from "./text-table.ts";

type Words = (typeof lawWords)[Language];

const wide = { width: 150, apart: false };

/** Every rule, whatever the date. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(ruleSummary).map((rule) => [
    rule.id,
    rule.question ? "question" : rule.tier,
    rule.in_force.map(({ from, value }) => `${value ? "on" : "off"} since ${from}`).join(", "),
    Object.entries(rule.values)
      .map(([name, values]) => `${name} ${values.map(({ from, value }) => `${value} (${from})`).join(", ")}`)
      .join("; "),
    rule.offers.join(", "),
  ]);
  return textTable(["rule", "tier", "in force", "dated values", "suggests"], rows, wide);
}

/** What is in force on a date: rules, and the legal values that they name. */
export function lawText({ as_of: date, rules, parameters, without_value }: LawOn, language: Language): string {
  const words = lawWords[language];
  const ofRules = rules.map((rule) => [
    rule.id,
    rule.question ? words.question : tierWord(rule.tier, language),
    rule.version > rule.since ? filled(words.asNow, { since: rule.since, version: rule.version }) : rule.since,
    rule.when,
    rule.values.map((value) => valueText(value, words)).join("\n"),
    rule.changed === null ? rule.reference : `${rule.reference}; ${changeText(rule.changed, words)}`,
  ]);
  const ofLaw = parameters.map((value) => [
    value.name,
    `${numbers(value, words)} ${value.unit}`,
    value.from,
    value.until ?? "",
    words.statuses[value.status],
    placeText(value, words),
  ]);
  const missing = without_value.length === 0 ? [] : [filled(words.none, { date, names: without_value.join(", ") })];
  return [
    filled(words.rules, { date, count: rules.length }),
    textTable(words.ofRules, ofRules, { width: 150, apart: true }),
    "",
    filled(words.parameters, { date, count: parameters.length }),
    textTable(words.ofLaw, ofLaw, wide),
    ...missing,
  ].join("\n");
}

function valueText(value: NamedValue, words: Words): string {
  const where = value.own ? filled(words.since, { from: value.from }) : placeText(value, words);
  return `${value.name} = ${value.own ? value.value : numbers(value, words)} (${where})`;
}

function numbers({ value, regions }: LegalValue, words: Words): string {
  return [String(value), ...regions.map((each) => filled(words.inRegion, each))].join(", ");
}

function placeText({ reference, article, link, changed }: LegalValue, words: Words): string {
  return [reference, article, link, changed === null ? null : changeText(changed, words)].filter((each) => each !== null).join("; ");
}

function changeText({ by, on, why }: Change, words: Words): string {
  return `${filled(words.changed, { by, on })}${why === undefined ? "" : `: ${why}`}`;
}

/** What changes between two dates. */
export function diffText({ from, to, rules, parameters, offers }: LawDiff, language: Language): string {
  const words = lawWords[language];
  const rows = [
    ...rules.flatMap(({ id, change, differences }) => {
      const name = `${words.of.rule} ${id}`;
      return change === "changes" ? lines(name, differences, language) : [[name, words.of[change], "", ""]];
    }),
    ...parameters.flatMap(({ name, differences }) => lines(name, differences, language)),
    ...offers.flatMap(({ code, differences }) => lines(`${words.of.support} ${code}`, differences, language)),
  ];
  if (rows.length === 0) return filled(words.nothing, { from, to });
  const [what, ofIt, on] = words.diff;
  return textTable([what, ofIt, filled(on, { date: from }), filled(on, { date: to })], rows, wide);
}

function lines(name: string, differences: readonly Difference[], language: Language): string[][] {
  const words = lawWords[language];
  const said = (what: string, value: Difference["before"]) =>
    value === null
      ? words.absent
      : what === "tier" && isTier(value)
        ? tierWord(value, language)
        : value === "question"
          ? words.question
          : String(value);
  return differences.map(({ what, before, after }) => [name, nameOf(what, words), said(what, before), said(what, after)]);
}

/** `tier`, `$mrp`, `region 71`, `reason.kk` in words. */
function nameOf(what: string, { of }: Words): string {
  return what.replace(/^[a-z]+/, (key) => of[key as keyof Words["of"]] ?? key).replace(".", ", ");
}

function isTier(value: string | number): value is Tier {
  return (tiers as readonly (string | number)[]).includes(value);
}
