import { anyMoney } from "./cells.ts";
import type { Part, Reached, SimulatedDay, Simulation } from "./result.ts";

/** Counts below it are not shown, but for 0. */
const least = 5;

/** A part as it is shown: null where a figure stands on one to four families, or where so few would follow from what is shown. */
export type ShownPart = Omit<Part, "programmes" | "poverty" | "rate_errors"> & {
  programmes: Record<string, Reached | null>;
  poverty: Part["poverty"] | null;
  rate_errors?: Omit<NonNullable<Part["rate_errors"]>, "poverty"> & { poverty: NonNullable<Part["rate_errors"]>["poverty"] | null };
};
export type ShownDay = Omit<SimulatedDay, "parts"> & { parts: ShownPart[] };
/** A simulation as anybody sees it. */
export type ShownSimulation = Omit<Simulation, "days"> & { days: ShownDay[] };

/** What of a part is hidden as a whole: a programme's figures, or those of poverty. */
type Subject = string;
const poverty: Subject = " poverty";

/**
 * Hides small figures of regions, groups and districts: a programme's in a part where one of its counts is one to four, or where so few are left of
 * the country; further ones beside a single hidden region, or district of a region, the smallest first; town with village; and all payments
 * together where one of them is hidden. The whole country is shown.
 */
export function shownSimulation(simulation: Simulation): ShownSimulation {
  return { ...simulation, days: simulation.days.map((day) => ({ ...day, parts: shownParts(day.parts) })) };
}

function shownParts(parts: readonly Part[]): ShownPart[] {
  const [all] = parts;
  if (all === undefined) return [];
  const codes = Object.keys(all.programmes);
  const hidden = new Map<Subject, Set<Part>>();
  for (const subject of [...codes.filter((code) => code !== anyMoney), poverty]) hidden.set(subject, hiddenParts(subject, parts, all));
  if (codes.includes(anyMoney)) {
    const own = hiddenParts(anyMoney, parts, all);
    for (const code of codes) for (const part of hidden.get(code) ?? []) own.add(part);
    hidden.set(anyMoney, cover(own, parts));
  }
  return parts.map((part) => {
    const isHidden = (subject: Subject) => hidden.get(subject)?.has(part) === true;
    const kept = <T>(of: Record<string, T>) => Object.fromEntries(Object.entries(of).filter(([code]) => !isHidden(code)));
    const { standard_errors, rate_errors, ...rest } = part;
    return {
      ...rest,
      programmes: Object.fromEntries(Object.entries(part.programmes).map(([code, each]) => [code, isHidden(code) ? null : each])),
      poverty: isHidden(poverty) ? null : part.poverty,
      ...(standard_errors === undefined ? {} : { standard_errors: kept(standard_errors) }),
      ...(rate_errors === undefined
        ? {}
        : { rate_errors: { programmes: kept(rate_errors.programmes), poverty: isHidden(poverty) ? null : rate_errors.poverty } }),
    };
  });
}

const isSmall = (count: number) => count > 0 && count < least;

/** The counts of families, or of persons in poverty, that a part's figures let be seen. */
function countsOf(subject: Subject, part: Part): number[] {
  if (subject === poverty)
    return Object.values(part.poverty).flatMap(({ by_line, by_minimum }) => [by_line.poor_persons, by_minimum.poor_persons]);
  const reached = part.programmes[subject];
  if (reached === undefined) return [];
  const families = Object.entries(reached).filter(([figure]) => !/persons|_lcu$/.test(figure));
  return [part.families, ...families.map(([, count]) => count)];
}

function hiddenParts(subject: Subject, parts: readonly Part[], all: Part): Set<Part> {
  const whole = countsOf(subject, all);
  const few = parts.filter((part) => {
    const counts = countsOf(subject, part);
    return part !== all && (counts.some(isSmall) || counts.some((count, index) => isSmall((whole[index] as number) - count)));
  });
  return cover(new Set(few), parts);
}

/** Hides what else a single hidden one would follow from. */
function cover(hidden: Set<Part>, parts: readonly Part[]): Set<Part> {
  const beside = (among: readonly Part[]) => {
    const shown = among.filter((part) => !hidden.has(part)).sort((a, b) => a.families - b.families || (a.value < b.value ? -1 : 1));
    if (among.length - shown.length === 1 && shown[0] !== undefined) hidden.add(shown[0]);
  };
  const of = (kind: string) => parts.filter(({ part }) => part === kind);
  beside(of("region"));
  beside(of("group").filter(({ value }) => value === "is_rural" || value === "is_urban"));
  for (const region of of("region")) {
    const districts = of("district").filter(({ value }) => value.startsWith(region.value));
    if (hidden.has(region)) for (const district of districts) hidden.add(district);
    beside(districts);
  }
  return hidden;
}
