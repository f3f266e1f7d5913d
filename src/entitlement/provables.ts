import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { inspectParameters, type ParameterSet } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import type { Atom, Expression } from "../rules/parse-condition.ts";
import { type Domain, domainOf } from "../rules/prove/domain.ts";
import type { Provable } from "../rules/prove/expression.ts";
import { legalDays } from "../rules/prove/rule-days.ts";
import { openDatabase } from "../warehouse/database.ts";
import { conditionSql } from "./compile.ts";
import { factTypes } from "./facts.ts";
import { type Condition, type ProgrammeSet, readProgrammes } from "./programme.ts";

/** What of a deployment's programmes can be proven: shared terms, each condition by itself, and sums. Terms stand in conditions as facts of their own. */
export async function programmeProvables(deployment: Deployment): Promise<{ provables: Provable[]; faults: string[] }> {
  const { programmes: directory } = listingFiles(deployment);
  const legal = inspectParameters(deployment.parameters).parameters;
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    return { provables: provablesOf(await readProgrammes(session, directory, legal), legal, directory), faults: [] };
  } catch (error) {
    if (error instanceof UserError) return { provables: [], faults: error.message.split("\n") };
    throw error;
  } finally {
    session.close();
  }
}

function provablesOf({ terms, programmes }: ProgrammeSet, legal: ParameterSet, directory: string): Provable[] {
  const types = new Map([...factTypes, ...terms.map(({ name, expression }) => [name, expression.type] as const)]);
  const domains = new Map(
    [...types].map(([name, type]) => [name, domainOf({ type, unit: unitOf(name), words: name === "tsa_kind" ? tsaKinds : [] })]),
  );
  const provable = (place: string, expression: Expression): Provable => ({
    ...{ place, expression, dates: legalDays(expression, legal) },
    domains: new Map(expression.features.map((name) => [name, domains.get(name) as Domain])),
  });
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

const tsaKinds = ["conditional", "unconditional"];

/** Facts say their unit by their name: sums and areas do, everything else is counted. */
function unitOf(name: string): string {
  if (name.endsWith("_lcu")) return "lcu";
  return name.endsWith("_m2") ? "m2" : "count";
}

/** A condition as one expression; where the value is only known between two, each of them by itself. */
function sidesOf(condition: Condition): [string, Expression][] {
  const { value, upTo } = condition;
  return Object.entries({ value, up_to: upTo }).flatMap(([key, side]): [string, Expression][] =>
    side === undefined ? [] : [[key, judged({ ...condition, value: side, upTo: undefined }, side)]],
  );
}

function judged(condition: Condition, value: Expression): Expression {
  const { threshold, unless } = condition;
  const parts = [value, threshold, unless].filter((each) => each !== undefined);
  const all = (of: (each: Expression) => readonly string[]) => [...new Set(parts.flatMap(of))];
  const sqlOf = (each: Condition) => conditionSql(each, ({ sql }) => sql);
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
