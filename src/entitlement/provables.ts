import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { inspectParameters, type ParameterSet } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import type { Atom, Expression, ValueType } from "../rules/parse-condition.ts";
import { type Domain, domainOf } from "../rules/prove/domain.ts";
import type { Provable } from "../rules/prove/expression.ts";
import { legalDays } from "../rules/prove/rule-days.ts";
import { openDatabase } from "../warehouse/database.ts";
import { type Comparison, conditionSql } from "./compile.ts";
import { factTypes } from "./facts.ts";
import { levelFactTypes, settlements } from "./level/facts.ts";
import { scaleExpressions, scaleFaults } from "./level/provables.ts";
import { readScale } from "./level/scale.ts";
import { type Condition, type ProgrammeSet, readProgrammes, type Term } from "./programme.ts";

/** What of a deployment's programmes and scale of levels can be proven: shared terms, each condition by itself, sums, and each band of points. Terms stand in conditions as facts of their own. */
export async function programmeProvables(deployment: Deployment): Promise<{ provables: Provable[]; faults: string[] }> {
  const { programmes: directory } = listingFiles(deployment);
  const legal = inspectParameters(deployment.parameters).parameters;
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const set = await readProgrammes(session, directory, legal);
    const provables = provablesOf(set, legal, directory);
    if (!existsSync(deployment.levels)) return { provables, faults: [] };
    const scale = await readScale(session, deployment.levels, legal, set.terms);
    const provable = provableIn(new Map([...factTypes, ...levelFactTypes]), set.terms, legal);
    const bands = scaleExpressions(scale).map(({ place, expression }) => provable(`${deployment.levels}: ${place}`, expression));
    return { provables: [...provables, ...bands], faults: scaleFaults(scale, legal, deployment.levels) };
  } catch (error) {
    if (error instanceof UserError) return { provables: [], faults: error.message.split("\n") };
    throw error;
  } finally {
    session.close();
  }
}

function provablesOf({ terms, programmes }: ProgrammeSet, legal: ParameterSet, directory: string): Provable[] {
  const provable = provableIn(factTypes, terms, legal);
  return [
    ...terms.map(({ name, expression }) => provable(`${join(directory, "terms.yaml")}: ${name}`, expression)),
    ...programmes.flatMap(({ code, conditions, amount }) => {
      const file = join(directory, `${code}.yaml`);
      const sum = amount === undefined ? [] : [provable(`${file}: amount`, amount)];
      return [
        ...conditions.flatMap((each) => sidesOf(each).map(([key, side]) => provable(`${file}: conditions.${each.id}.${key}`, side))),
        ...sum,
      ];
    }),
  ];
}

/** Makes expressions over facts and terms provable: what each of them may be, and the days on which the law changes. */
function provableIn(facts: ReadonlyMap<string, ValueType>, terms: readonly Term[], legal: ParameterSet) {
  const types = new Map([...facts, ...terms.map(({ name, expression }) => [name, expression.type] as const)]);
  const domains = new Map([...types].map(([name, type]) => [name, domainOf({ type, unit: unitOf(name), words: categories[name] ?? [] })]));
  return (place: string, expression: Expression): Provable => ({
    ...{ place, expression, dates: legalDays(expression, legal) },
    domains: new Map(expression.features.map((name) => [name, domains.get(name) as Domain])),
  });
}

const categories: Readonly<Record<string, readonly string[]>> = { tsa_kind: ["conditional", "unconditional"], settlement: settlements };

/** Facts say their unit by their name: sums and areas do, everything else is counted. */
function unitOf(name: string): string {
  if (name.endsWith("_lcu")) return "lcu";
  return name.endsWith("_m2") ? "m2" : "count";
}

/** A condition as one expression; where the value is only known between two, each of them by itself. */
function sidesOf(condition: Condition): [string, Expression][] {
  const { value, upTo } = condition;
  return Object.entries({ value, up_to: upTo }).flatMap(([key, side]): [string, Expression][] =>
    side === undefined ? [] : [[key, comparisonAsExpression({ ...condition, value: side, upTo: undefined })]],
  );
}

/** A comparison as one expression that is true where it is met. */
export function comparisonAsExpression(condition: Comparison): Expression {
  const { value, threshold, unless } = condition;
  if (value === undefined) throw new Error("there is nothing to compare");
  const parts = [value, threshold, unless].filter((each) => each !== undefined);
  const all = (of: (each: Expression) => readonly string[]) => [...new Set(parts.flatMap(of))];
  const sqlOf = (each: Comparison) => conditionSql(each, ({ sql }) => sql);
  const compared: Atom[] =
    threshold === undefined
      ? []
      : [
          {
            sql: sqlOf({ ...condition, unless: undefined }).slice(1, -1),
            sides: { left: value.sql, right: threshold.sql },
            features: [...new Set([...value.features, ...threshold.features])],
            parameters: [...new Set([...value.parameters, ...threshold.parameters])],
          },
        ];
  return {
    sql: sqlOf(condition),
    type: "boolean",
    features: all(({ features }) => features),
    parameters: all(({ parameters }) => parameters),
    atoms: [...compared, ...parts.flatMap(({ atoms }) => atoms)],
  };
}
