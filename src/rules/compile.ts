import type { IsoDate } from "../domain/dates.ts";
import { identifier } from "../warehouse/session.ts";
import type { Expression } from "./parse-condition.ts";
import { isInForce, type Rule, ruleAt, valuesAt } from "./rule.ts";

/** A rule on a date: its condition as SQL over the features, every dated value written into it. */
export interface CompiledRule extends Rule {
  sql: string;
  /** Dated values that the condition and the sentence may name, as they are on the date. */
  values: ReadonlyMap<string, number>;
}

/** The rules in force on a date, conditions with the values of that date. `legal` are the legal parameters on that date. */
export function compileRules(rules: readonly Rule[], legal: ReadonlyMap<string, number>, date: IsoDate): CompiledRule[] {
  return rules
    .filter((rule) => isInForce(rule, date))
    .map((rule) => {
      const said = ruleAt(rule, date);
      const values = new Map([...legal, ...valuesAt(rule, date)]);
      return { ...said, values, sql: bound(said.condition, values) };
    });
}

/** An expression's SQL with its `$names` replaced by their values; a value that is a text is SQL. */
export function bound(expression: Pick<Expression, "sql">, values: ReadonlyMap<string, number | string>): string {
  return expression.sql.replaceAll(/'(?:[^']|'')*'|\$([a-z][a-z0-9_]*)/g, (whole, name: string | undefined) => {
    if (name === undefined) return whole;
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value for $${name}`);
    return typeof value === "number" && value < 0 ? `(${value})` : String(value);
  });
}

/** A select of a row per household with a column per rule: met, unmet, or NULL where a feature it needs is unknown. */
export function rulesSelect(rules: readonly CompiledRule[], features: string, keys: readonly string[] = ["household_id"]): string {
  const columns = rules.map((rule) => `(${rule.sql})::boolean as ${identifier(rule.column)}`);
  return `select ${[...keys, ...columns].join(", ")} from ${features} order by ${keys.join(", ")}`;
}
