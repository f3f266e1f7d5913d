import type { IsoDate } from "../domain/dates.ts";
import type { Sentences } from "../domain/languages.ts";
import type { Part, Simulation } from "./result.ts";

/** Figures of two simulations beside each other, each beside its own today. */
export interface Comparison {
  one: { simulation_id: string; name: string };
  other: { simulation_id: string; name: string };
  currency: string;
  /** What the two do not share, if anything: other days, another sample, or another today. */
  differences: ("days" | "sample" | "today")[];
  days: { as_of: IsoDate; programmes: ComparedProgramme[]; figures: Record<ComparedFigure, [number, number]> }[];
}

export interface ComparedProgramme {
  code: string;
  name: Sentences;
  families: [number, number];
  persons: [number, number];
  sum_lcu: [number, number];
}

export const comparedFigures = ["fgt0", "fgt1", "fgt2", "gini"] as const;
export type ComparedFigure = (typeof comparedFigures)[number];

/** Puts two simulations beside each other, on the days that both have. */
export function compareSimulations(one: Simulation, other: Simulation): Comparison {
  const days = one.days.flatMap((day) => {
    const also = other.days.find((each) => each.as_of === day.as_of);
    return also === undefined ? [] : [{ day, also }];
  });
  const codes = [...new Map([...one.programmes, ...other.programmes].map((each) => [each.code, each.name]))];
  const differences: Comparison["differences"] = [];
  if (days.length !== one.days.length || days.length !== other.days.length) differences.push("days");
  if (one.sample !== other.sample) differences.push("sample");
  if (days.some(({ day, also }) => todayOf(day.parts[0]) !== todayOf(also.parts[0]))) differences.push("today");
  return {
    one: { simulation_id: one.simulation_id, name: one.name },
    other: { simulation_id: other.simulation_id, name: other.name },
    currency: one.currency,
    differences,
    days: days.map(({ day, also }) => {
      const [a, b] = [day.parts[0] as Part, also.parts[0] as Part];
      const [p, q] = [a.poverty.changed.by_line, b.poverty.changed.by_line];
      return {
        as_of: day.as_of,
        programmes: codes.flatMap(([code, name]) => {
          const [x, y] = [a.programmes[code], b.programmes[code]];
          if (x === undefined && y === undefined) return [];
          const pair = (figure: "families_changed" | "persons_changed" | "sum_changed_lcu"): [number, number] => [
            x?.[figure] ?? 0,
            y?.[figure] ?? 0,
          ];
          return [{ code, name, families: pair("families_changed"), persons: pair("persons_changed"), sum_lcu: pair("sum_changed_lcu") }];
        }),
        figures: { fgt0: [p.fgt0, q.fgt0], fgt1: [p.fgt1, q.fgt1], fgt2: [p.fgt2, q.fgt2], gini: [day.gini.changed, also.gini.changed] },
      };
    }),
  };
}

/** What is the same wherever today is: registers, rules and parameters. */
function todayOf(part: Part | undefined): string {
  const programmes = Object.entries(part?.programmes ?? {}).filter(([, each]) => each.families_today > 0);
  return JSON.stringify([
    part?.families,
    programmes.map(([code, each]) => [code, each.families_today, each.sum_today_lcu]),
    part?.poverty.today,
  ]);
}
