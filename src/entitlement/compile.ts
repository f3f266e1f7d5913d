import type { Expression } from "../rules/parse-condition.ts";
import { identifier } from "../warehouse/session.ts";
import { boundSql, isOn, type Judging } from "./judging.ts";
import { type Condition, conditionsOf, type Programme, type ProgrammeSet } from "./programme.ts";

/** What a household may be told of a programme. Nobody is refused here: only an application can be. */
export const states = ["may_be_entitled", "unknown", "not_by_registers"] as const;
export type EntitlementState = (typeof states)[number];

const roundings = { up: "ceil", nearest: "round", down: "floor" } as const;

/** Names of a programme's columns. */
export const columnsOf = (code: string) => ({ state: `${code}_state`, amount: `${code}_amount_lcu`, receives: `${code}_receives` });

/** Names of a condition's columns; `code` is the programme in which it stands. */
export const conditionColumns = (code: string, id: string) => ({
  met: `${code}_${id}_met`,
  value: `${code}_${id}_value`,
  threshold: `${code}_${id}_threshold`,
});

/**
 * A select of one wide row per household of `facts`: of each programme `_state` (NULL where it is not in force), `_amount_lcu`, `_receives`, and
 * of each condition `_met`, `_value` and `_threshold`; `tsa_kind`. Pure: the same for the same arguments.
 */
export function entitlementSelect({ terms, programmes }: ProgrammeSet, judging: Judging, facts: string, keys = "household_id"): string {
  const bind = (expression: Expression) => boundSql(expression, judging);
  const met = programmes.flatMap(({ code, conditions }) =>
    conditions.map((condition) => {
      const sql = isOn(condition, judging) ? conditionSql(condition, bind) : "null::boolean";
      return `${sql} as ${identifier(conditionColumns(code, condition.id).met)}`;
    }),
  );
  const columns = programmes.flatMap((programme) => [
    ...programmeColumns(programme, programmes, judging, bind),
    ...programme.conditions.flatMap((condition) => traceColumns(programme.code, condition, isOn(condition, judging), bind)),
  ]);
  return `select ${keys}, ${columns.join(",\n  ")},\n  tsa_kind
from (select *, ${met.join(",\n  ")}
  from ${withTerms(terms, bind, facts)})`;
}

/** Writes an expression as SQL. */
export type Bind = (expression: Expression) => string;

/** A relation of facts with the terms that programmes share beside them. */
export function withTerms(terms: ProgrammeSet["terms"], bind: Bind, facts: string): string {
  const named = terms.map(({ name, expression, decimals }) => {
    const sql = decimals === undefined ? bind(expression) : `round(${bind(expression)}, ${decimals})`;
    return `,\n    ${sql} as ${identifier(name)}`;
  });
  return `(select *${named.join("")} from ${facts})`;
}

/** What is compared with what. */
export type Comparison = Pick<Condition, "value" | "upTo" | "threshold" | "relation" | "unless">;

function programmeColumns(programme: Programme, all: readonly Programme[], judging: Judging, bind: Bind): string[] {
  const { code, amount, receives, rounding } = programme;
  const names = columnsOf(code);
  const isInForce = isOn(programme, judging);
  const counting = conditionsOf(programme, all)
    .filter(({ condition }) => isOn(condition, judging))
    .map(({ owner, condition }) => identifier(conditionColumns(owner, condition.id).met));
  const anyIs = (test: string) => (counting.length === 0 ? "false" : counting.map((met) => `${met} is ${test}`).join(" or "));
  const state = `case when ${anyIs("false")} then 'not_by_registers' when ${anyIs("null")} then 'unknown' else 'may_be_entitled' end`;
  const sum = amount === undefined ? "null" : `case when not (${anyIs("false")}) then ${roundings[rounding]}(${bind(amount)}) end`;
  return [
    `${isInForce ? state : "null::varchar"} as ${identifier(names.state)}`,
    `(${isInForce ? sum : "null"})::bigint as ${identifier(names.amount)}`,
    `${receives === undefined ? "null::boolean" : bind(receives)} as ${identifier(names.receives)}`,
  ];
}

function traceColumns(code: string, condition: Condition, isCounting: boolean, bind: Bind): string[] {
  const { met, value, threshold } = conditionColumns(code, condition.id);
  const shown = (expression: Expression | undefined) => (isCounting ? shownSql(expression, condition, bind) : "null::double");
  return [
    identifier(met),
    `${shown(condition.value)} as ${identifier(value)}`,
    `${shown(condition.threshold)} as ${identifier(threshold)}`,
  ];
}

/** A condition as SQL: met, unmet, or NULL where that is not known; `bind` writes an expression. */
export function conditionSql({ value, upTo, threshold, relation, unless }: Comparison, bind: Bind): string {
  if (value === undefined) return "null::boolean";
  const compared = upTo === undefined ? compare(bind(value)) : between(bind(value), bind(upTo));
  return unless === undefined ? `(${compared})` : `(${compared} or ${bind(unless)})`;

  /** Met if it is wherever the value may lie, unmet if it is nowhere; a most that is unknown is no bound. */
  function between(least: string, most: string): string {
    const isLimit = relation === "below" || relation === "at_most";
    const [hardest, easiest] = isLimit ? [most, least] : [least, most];
    return `(case when ${compare(hardest)} then true when not ${compare(easiest)} then false end)`;
  }

  function compare(of: string): string {
    if (relation === "yes") return `(${of})`;
    if (relation === "no") return `(not ${of})`;
    const sign = { below: "<", at_most: "<=", above: ">", at_least: ">=" }[relation as "below"];
    return `(${of} ${sign} ${bind(threshold as Expression)})`;
  }
}

/** A value as it is shown: a number per `shown_per`, to two digits; a yes or no as 1 or 0. */
export function shownSql(expression: Expression | undefined, { shownPer }: Pick<Condition, "shownPer">, bind: Bind): string {
  if (expression === undefined) return "null::double";
  if (expression.type === "boolean") return `(${bind(expression)})::integer::double`;
  return `round((${bind(expression)})::double${shownPer === undefined ? "" : ` / (${bind(shownPer)})`}, 2)`;
}
