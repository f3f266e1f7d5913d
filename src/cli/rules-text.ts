import type { Difference, LawDiff } from "../rules/diff.ts";
import type { LawOn, LegalValue, NamedValue } from "../rules/in-force.ts";
import { type Rule, ruleSummary } from "../rules/rule.ts";
import { textTable } from "./text-table.ts";

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
export function lawText({ as_of, rules, parameters, without_value }: LawOn): string {
  const ofRules = rules.map((rule) => [
    rule.id,
    rule.question ? "question" : rule.tier,
    rule.version > rule.since ? `${rule.since}, as now ${rule.version}` : rule.since,
    rule.when,
    rule.values.map(valueText).join("\n"),
    rule.reference,
  ]);
  const ofLaw = parameters.map((value) => [
    value.name,
    `${numbers(value)} ${value.unit}`,
    value.from,
    value.until ?? "",
    value.status,
    placeText(value),
  ]);
  const missing = without_value.length === 0 ? [] : [`no value on ${as_of}: ${without_value.join(", ")}`];
  return [
    `${rules.length} rules in force on ${as_of}`,
    textTable(["rule", "tier", "since", "condition", "values", "reference"], ofRules, { width: 150, apart: true }),
    "",
    `${parameters.length} legal values on ${as_of}`,
    textTable(["name", "value", "from", "until", "known from", "reference"], ofLaw, wide),
    ...missing,
  ].join("\n");
}

function valueText(value: NamedValue): string {
  return value.own ? `${value.name} = ${value.value} (since ${value.from})` : `${value.name} = ${numbers(value)} (${placeText(value)})`;
}

function numbers({ value, regions }: LegalValue): string {
  return [String(value), ...regions.map((each) => `${each.value} in ${each.region}`)].join(", ");
}

function placeText({ reference, article, link, changed }: LegalValue): string {
  const change =
    changed === null ? null : `changed by ${changed.by} on ${changed.on}${changed.why === undefined ? "" : `: ${changed.why}`}`;
  return [reference, article, link, change].filter((each) => each !== null).join("; ");
}

/** What changes between two dates. */
export function diffText({ from, to, rules, parameters, offers }: LawDiff): string {
  const rows = [
    ...rules.flatMap(({ id, change, differences }) =>
      change === "changes" ? lines(`rule ${id}`, differences) : [[`rule ${id}`, change, "", ""]],
    ),
    ...parameters.flatMap(({ name, differences }) => lines(name, differences)),
    ...offers.flatMap(({ code, differences }) => lines(`support ${code}`, differences)),
  ];
  if (rows.length === 0) return `nothing changes between ${from} and ${to}`;
  return textTable(["what", "of it", `on ${from}`, `on ${to}`], rows, wide);
}

function lines(name: string, differences: readonly Difference[]): string[][] {
  return differences.map(({ what, before, after }) => [name, what, String(before ?? "none"), String(after ?? "none")]);
}
