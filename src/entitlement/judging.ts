import { addMonths, type IsoDate } from "../domain/dates.ts";
import { inForce, type ParameterSet, parameterAt, regionalNames } from "../parameters/dated-values.ts";
import { bound } from "../rules/compile.ts";
import type { Expression } from "../rules/parse-condition.ts";
import { quoted } from "../warehouse/session.ts";
import type { Programme } from "./programme.ts";

/** What programmes are judged by: the day of application, and the value of every parameter. */
export interface Judging {
  date: IsoDate;
  values: Readonly<Record<string, number>>;
  /** Where a value differs: by the beginning of the place's KATO code, the longest first. */
  regional: Readonly<Record<string, readonly { region: string; value: number }[]>>;
}

/** The shares of the poverty line are those of the first day after the quarter whose incomes are known (Social Code art. 120(3)). */
const ofTheLine: readonly string[] = ["poverty_line_median_share", "poverty_line_subsistence_share"];

/** The legal values by which applications of a day are judged, those of the line apart all as they are in force on that day. */
export function judgingOf(parameters: ParameterSet, date: IsoDate, incomeQuarter: IsoDate): Judging {
  const names = [...parameters.keys()].sort();
  const dayOf = (name: string) => (ofTheLine.includes(name) ? addMonths(incomeQuarter, 3) : date);
  const regional = [...regionalNames(parameters)].sort().map((name) => {
    const regions = Object.entries(parameters.get(name)?.regions ?? {}).flatMap(([region, values]) => {
      const found = inForce(values, dayOf(name));
      return found === undefined ? [] : [{ region, value: found.value }];
    });
    return [name, regions.sort((a, b) => b.region.length - a.region.length || (a.region < b.region ? -1 : 1))] as const;
  });
  return {
    date,
    values: Object.fromEntries(names.map((name) => [name, parameterAt(parameters, name, dayOf(name))])),
    regional: Object.fromEntries(regional.filter(([, regions]) => regions.length > 0)),
  };
}

/** Whether a programme, or a condition, is on: by its own dates, and where it names a parameter, while that is above 0. */
export function isOn({ on, inForce: dates }: { on?: string | undefined; inForce?: Programme["inForce"] }, judging: Judging): boolean {
  if (dates !== undefined && inForce(dates, judging.date)?.value !== true) return false;
  if (on === undefined) return true;
  const value = judging.values[on];
  if (value === undefined) throw new Error(`no value for $${on}`);
  return value > 0;
}

/** An expression as SQL over facts, every legal value written in; one that differs by region as a choice by the household's place. */
export function boundSql({ sql }: Expression, { values, regional }: Judging): string {
  const chosen = Object.entries(values).map(([name, value]) => {
    const cases = (regional[name] ?? []).map((each) => `when starts_with(area_code, ${quoted(each.region)}) then ${each.value}`);
    return [name, cases.length === 0 ? value : `(case ${cases.join(" ")} else ${value} end)`] as const;
  });
  return bound({ sql }, new Map(chosen));
}

/** The legal values that hold at a place. */
export function valuesIn({ values, regional }: Judging, areaCode: string): Record<string, number> {
  const own = Object.entries(regional).flatMap(([name, regions]) => {
    const found = regions.find(({ region }) => areaCode.startsWith(region));
    return found === undefined ? [] : [[name, found.value] as const];
  });
  return { ...values, ...Object.fromEntries(own) };
}
