import { identifier, quoted } from "../../warehouse/session.ts";
import type { ValueType } from "../parse-condition.ts";

export type Literal = number | boolean | string | null;

/** A column of generated households and the values that it takes. */
export interface Axis {
  name: string;
  type: ValueType;
  values: readonly Literal[];
}

/** Most households that are generated at once. */
export const mostHouseholds = 100_000;
const sqlTypes = { number: "double", boolean: "boolean", category: "varchar" } as const;
const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113];

/** A literal of SQL. */
export function literal(value: Literal): string {
  return typeof value === "string" ? quoted(value) : String(value);
}

/** How many households there are with every combination. */
export function combinations(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/**
 * A select of generated households: every combination of the axes' values; where these are more than `most`, as many of them as that, spread
 * evenly and the same each time (household j takes the value at the fraction of j times the root of the axis's prime).
 */
export function householdsSql(axes: readonly Axis[], most = mostHouseholds): string {
  if (axes.length === 0) return "select 1 as household";
  const listOf = ({ type, values }: Axis) => `[${values.map(literal).join(", ")}]::${sqlTypes[type]}[]`;
  if (combinations(axes) <= most)
    return `select * from ${axes.map((axis) => `(select unnest(${listOf(axis)}) as ${identifier(axis.name)})`).join(" cross join ")}`;
  const columns = axes.map((axis, index) => {
    const place = `1 + floor((j * sqrt(${primes[index % primes.length]}) % 1) * ${axis.values.length})::bigint`;
    return `(${listOf(axis)})[${place}] as ${identifier(axis.name)}`;
  });
  return `select ${columns.join(", ")} from range(1, ${most + 1}) as generated(j)`;
}
