import type { IsoDate } from "../../domain/dates.ts";
import { type ParameterSet, parameterAt } from "../../parameters/dated-values.ts";
import type { Expression } from "../parse-condition.ts";
import { isInForce, type Rule, type RuleVersion, valuesAt } from "../rule.ts";

/** A day on which an expression changes, and the values that its `$names` have from then on. */
export interface Day {
  date: IsoDate;
  values: ReadonlyMap<string, number>;
}

/** Days on which a version of a rule is in force and its condition becomes another: by its own values, legal values, or being put in force. */
export function daysOf(rule: Rule, version: RuleVersion, legal: ParameterSet): Day[] {
  const until = rule.versions.find(({ from }) => from > version.from)?.from ?? "9999-12-31";
  const used = version.condition.parameters;
  const own = used.flatMap((name) => rule.dated.get(name) ?? []).map(({ from }) => from);
  const dates = [version.from, ...rule.inForce.map(({ from }) => from), ...own, ...changesOf(used, legal)];
  const inVersion = [...new Set(dates)].filter((date) => date >= version.from && date < until).sort();
  return inVersion
    .filter((date) => isInForce(rule, date))
    .map((date) => ({ date, values: new Map([...legalAt(used, legal, date), ...valuesAt(rule, date)]) }));
}

/** Days since when every legal value that an expression uses is known and on which one of them changes. */
export function legalDays({ parameters }: Expression, legal: ParameterSet): Day[] {
  const first =
    parameters
      .map((name) => legal.get(name)?.values[0]?.from ?? "")
      .sort()
      .at(-1) ?? "2018-01-01";
  const dates = [...new Set([first, ...changesOf(parameters, legal)])].filter((date) => date >= first).sort();
  return dates.map((date) => ({ date, values: legalAt(parameters, legal, date) }));
}

function changesOf(names: readonly string[], legal: ParameterSet): IsoDate[] {
  return names
    .flatMap((name) => legal.get(name)?.values ?? [])
    .flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]));
}

function legalAt(names: readonly string[], legal: ParameterSet, date: IsoDate): Map<string, number> {
  return new Map(names.filter((name) => legal.has(name)).map((name) => [name, parameterAt(legal, name, date)]));
}
