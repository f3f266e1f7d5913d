import type { ParameterSet } from "../../parameters/dated-values.ts";
import type { Expression } from "../../rules/parse-condition.ts";
import { legalDays } from "../../rules/prove/rule-days.ts";
import { conditionSql } from "../compile.ts";
import { comparisonAsExpression } from "../provables.ts";
import type { Band, Scale } from "./scale.ts";

/** What of the scale can be proven: that each band can be reached by a household and missed by another, both where a value is known between two. */
export function scaleExpressions({ criteria }: Scale): { place: string; expression: Expression }[] {
  return criteria.flatMap(({ id, bands }) =>
    bands.slice(0, -1).flatMap((band, index) => {
      const before = bands[index - 1];
      const sides = (of: Band) => ({ value: of, up_to: of.upTo === undefined ? undefined : { ...of, value: of.upTo } });
      return Object.entries(sides(band)).flatMap(([key, side]) => {
        if (side === undefined) return [];
        const earlier = before !== undefined && isBeside(before, band) ? sides(before)[key as "value" | "up_to"] : undefined;
        return [{ place: `criteria.${id}.bands.${band.id}.${key}`, expression: reached(side, earlier) }];
      });
    }),
  );
}

/** Whether a band and the one before it are to be proven together: by other facts than it, or by plain numbers. */
function isBeside(before: Band, { relation, value, threshold }: Band): boolean {
  if (before.relation !== relation) return false;
  if (threshold === undefined) return before.value?.features.join() !== value?.features.join();
  return [before.threshold, threshold].every((each) => each?.features.length === 0);
}

/** A band is reached where its comparison is met and the one before it, of the same relation, is not. */
function reached(band: Band, before: Band | undefined): Expression {
  const own = comparisonAsExpression({ ...band, upTo: undefined });
  if (before === undefined) return own;
  const other = comparisonAsExpression({ ...before, upTo: undefined });
  const both = (of: (each: Expression) => readonly string[]) => [...new Set([...of(own), ...of(other)])];
  const sqlOf = (each: Band) => conditionSql({ ...each, upTo: undefined }, ({ sql }) => sql);
  return {
    sql: `(${sqlOf(band)} and not ${sqlOf(before)})`,
    type: "boolean",
    features: both(({ features }) => features),
    parameters: both(({ parameters }) => parameters),
    atoms: [...own.atoms, ...other.atoms],
  };
}

/** Levels and bands that nobody could reach, since on some day the one before takes all of theirs. */
export function scaleFaults({ levels, criteria }: Scale, legal: ParameterSet, file: string): string[] {
  const places = levels.map(({ level, from }) => ({ place: `levels.${level}.from`, from }));
  const ofLevels = pairsOf(places).map(([above, below]) => outOfOrder(below.place, below.from, above.from, legal));
  const ofBands = criteria.flatMap(({ id, bands }) =>
    pairsOf(bands).map(([first, band]) => {
      if (first.relation !== band.relation || first.value?.sql !== band.value?.sql) return undefined;
      const isRising = band.relation === "below" || band.relation === "at_most";
      const [low, high] = isRising ? [first, band] : [band, first];
      return outOfOrder(`criteria.${id}.bands.${band.id}`, low.threshold, high.threshold, legal);
    }),
  );
  return [...ofLevels, ...ofBands].filter((fault) => fault !== undefined).map((fault) => `${file}: ${fault}`);
}

const pairsOf = <V>(all: readonly V[]): [V, V][] => all.slice(1).map((each, index) => [all[index] as V, each]);

/** Says on which day of two thresholds that differ in one legal value alone the lower is not below the other; undefined where it always is. */
function outOfOrder(place: string, low: Expression | undefined, high: Expression | undefined, legal: ParameterSet): string | undefined {
  const shape = (each: Expression | undefined) => (each?.parameters.length === 1 ? each.sql.replaceAll(/\$\w+/g, "$") : undefined);
  if (low === undefined || high === undefined || shape(low) === undefined || shape(low) !== shape(high)) return undefined;
  const [lower, higher] = [low.parameters[0] as string, high.parameters[0] as string];
  const day = legalDays({ ...low, parameters: [lower, higher] }, legal).find(
    ({ values }) => (values.get(lower) as number) >= (values.get(higher) as number),
  );
  return day === undefined ? undefined : `${place}, on ${day.date}: nobody can reach it, since $${lower} is no less than $${higher}`;
}
