import { addMonths } from "../../src/domain/dates.ts";

/** What is known of whether something is so. */
export type Known = "yes" | "no" | "unknown";

/** A living member on the day of application; null is unknown. */
export interface Member {
  id: string;
  /** Takes part in an employment measure. */
  isInMeasure: boolean;
  birthDate: string | null;
  sex: string | null;
  disability: string | null;
  employment: string | null;
  business: string | null;
}

export interface Holding {
  kind: string;
  quantity: number;
  areaM2: number | null;
  disposedOn: string | null;
}

/** A family on the day of application, as its registers show it. */
export interface Family {
  asOf: string;
  count: number;
  /** Null where the registers know no persons. */
  persons: readonly Member[] | null;
  /** Of three months together; null where they were not observed. */
  income: number | null;
  /** The poverty line in hundredths of a tenge. */
  lineTiyn: number;
  holdings: readonly Holding[];
  areAssetsKnown: boolean;
  /** Days on which TSA was applied for and refused for measures, contract or false data. */
  refusedOn: readonly string[];
  areDecisionsKnown: boolean;
  hasFlood: Known;
}

/** Legal values in force on the day, by the names of models/parameters. */
export type Law = (name: string) => number;

const nextDay = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

/** Whole months lived on a day. */
export function monthsLived(birthDate: string, day: string): number {
  const [by, bm, bd] = birthDate.split("-").map(Number) as [number, number, number];
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  return (y - by) * 12 + (m - bm) - (d < bd ? 1 : 0);
}

export const isAged = (member: Member, day: string, fromYears: number, untilYears = Number.POSITIVE_INFINITY): Known => {
  if (member.birthDate === null) return "unknown";
  const months = monthsLived(member.birthDate, day);
  return months >= fromYears * 12 && months < untilYears * 12 ? "yes" : "no";
};
export const and = (...all: Known[]): Known => (all.includes("no") ? "no" : all.includes("unknown") ? "unknown" : "yes");
export const or = (...all: Known[]): Known => (all.includes("yes") ? "yes" : all.includes("unknown") ? "unknown" : "no");
export const say = (value: boolean): Known => (value ? "yes" : "no");
export const not = (value: Known): Known => (value === "yes" ? "no" : value === "no" ? "yes" : "unknown");

/** Whether any member is so; unknown where no persons are known. */
export const anyone = (family: Family, test: (member: Member) => Known): Known =>
  family.persons === null ? "unknown" : or(...family.persons.map(test));
/** At least and at most so many members are so. */
export const between = (family: Family, test: (member: Member) => Known): [number, number] => {
  const answers = (family.persons ?? []).map(test);
  const sure = answers.filter((answer) => answer === "yes").length;
  return [sure, sure + answers.filter((answer) => answer === "unknown").length];
};

export const isDisabledChild = (member: Member, day: string): Known => {
  if (member.disability === "child") return "yes";
  const isChild = isAged(member, day, 0, 18);
  return member.disability === null ? and("unknown", isChild) : member.disability === "none" ? "no" : isChild;
};
/** Groups are of adults: a child whose disability is unknown is of none. */
export const isOfGroup1Or2 = (member: Member, day: string): Known =>
  member.disability === null ? and("unknown", isAged(member, day, 18)) : say(member.disability === "1" || member.disability === "2");
/** Older than 80: the birthday itself is not over yet. */
const isOver80 = (member: Member, day: string): Known =>
  member.birthDate === null ? "unknown" : say(monthsLived(nextDay(member.birthDate), day) >= 960);

export function isEmployable(member: Member, day: string, law: Law): Known {
  const ages = { male: law("pension_age_men"), female: law("pension_age_women") };
  const pension = ages[member.sex as keyof typeof ages] ?? Math.max(ages.male, ages.female);
  return and(isAged(member, day, 18, pension), not(isOfGroup1Or2(member, day)));
}

/** Whether a member needs care by the law: a child under three or with disability, group 1 or 2, somebody over 80. */
const needsCare = (member: Member, day: string): Known =>
  or(isAged(member, day, 0, 3), isDisabledChild(member, day), isOfGroup1Or2(member, day), isOver80(member, day));

/** Unconditional, conditional, or null when nobody can say. */
export function tsaKind(family: Family, law: Law): "unconditional" | "conditional" | null {
  if (family.persons === null) return null;
  const [least, most] = between(family, (member) => isEmployable(member, family.asOf, law));
  const cares = anyone(family, (member) => needsCare(member, family.asOf));
  if (most === 0 || (most === 1 && cares === "yes")) return "unconditional";
  if (least > 1 || (least === 1 && cares === "no")) return "conditional";
  return null;
}

/** What a social contract asks of each member: why no measure is due, or that one is; null of who is not employable, and where it is unknown. */
export function duties(family: Family, law: Law): Record<string, string | null> {
  const dutyOf = (member: Member) => {
    const employable = isEmployable(member, family.asOf, law);
    if (employable === "no") return null;
    if (member.isInMeasure) return "in_measure";
    if (member.employment === null || ["student", "hired", "carer"].includes(member.employment)) return member.employment;
    return employable === "yes" ? "due" : null;
  };
  return Object.fromEntries((family.persons ?? []).map((member) => [member.id, dutyOf(member)]));
}

export const childOrStudent = (family: Family, law: Law) => (member: Member) =>
  or(
    isAged(member, family.asOf, 0, 18),
    and(
      isAged(member, family.asOf, 18, law("large_family_student_age_until")),
      member.employment === null ? "unknown" : say(member.employment === "student"),
    ),
  );

export function isLargeFamily(family: Family, law: Law): Known {
  if (family.persons === null) return "unknown";
  const [least, most] = between(family, childOrStudent(family, law));
  return least >= 4 ? "yes" : most < 4 ? "no" : "unknown";
}

/** Each condition of TSA that counts on the day, met or not. */
export function tsaConditions(family: Family, law: Law): Record<string, Known> {
  const held = family.holdings.filter((each) => each.disposedOn === null || each.disposedOn >= family.asOf);
  const many = (...kinds: string[]) => held.filter((each) => kinds.includes(each.kind)).reduce((total, each) => total + each.quantity, 0);
  const none = (found: boolean): Known => (found ? "no" : family.areAssetsKnown ? "yes" : "unknown");
  const fiveYearsAgo = `${Number(family.asOf.slice(0, 4)) - 5}${family.asOf.slice(4)}`;
  const exempt = or(
    isLargeFamily(family, law),
    anyone(family, (member) => isDisabledChild(member, family.asOf)),
    anyone(family, (member) => isOfGroup1Or2(member, family.asOf)),
  );
  return {
    below_line: family.income === null ? "unknown" : say(family.income * 100 < family.lineTiyn * family.count * 3),
    no_second_dwelling: or(none(many("dwelling") > 1), isSmall(family, held, law("dwelling_exempt_m2_per_member"))),
    no_dwelling_alienated: none(
      family.holdings.some(
        ({ kind, disposedOn }) => kind === "dwelling" && disposedOn !== null && disposedOn < family.asOf && disposedOn >= fiveYearsAgo,
      ),
    ),
    cars: or(none(many("car") > 1), exempt),
    no_business_premises: none(many("business_premises") > 0),
    no_building_plot: none(many("land_plot") > 0 && many("dwelling") > 0),
    no_work_vehicles: none(many("commercial_vehicle", "machinery") > 0),
    no_refusal_block: family.refusedOn.some((day) => addMonths(day, 6) > family.asOf) ? "no" : family.areDecisionsKnown ? "yes" : "unknown",
    ...(family.asOf < "2026-01-01" ? {} : { sole_trader: not(anyone(family, (member) => trades(member, family.asOf))) }),
  };
}

/** Whether all dwellings together are small; also one that nobody has seen may be there. */
function isSmall(family: Family, held: readonly Holding[], enoughM2: number): Known {
  const areas = held.filter((each) => each.kind === "dwelling").map((each) => each.areaM2);
  const seen = areas.reduce<number>((total, area) => total + (area ?? 0), 0);
  if (seen > enoughM2 * family.count) return "no";
  return family.areAssetsKnown && !areas.includes(null) ? "yes" : "unknown";
}

export const trades = (member: Member, day: string): Known =>
  member.business === null ? and("unknown", isAged(member, day, 18)) : say(member.business === "sole_trader");

export type State = "may_be_entitled" | "unknown" | "not_by_registers";
export interface Verdict {
  /** Null where the programme is not in force. */
  state: State | null;
  amount: number | null;
}

/** What every programme says of a family. */
export function entitlement(family: Family, law: Law): Record<string, Verdict> {
  const tsa = Object.values(tsaConditions(family, law));
  const ofAge = (from: number, until: number) => (member: Member) => isAged(member, family.asOf, from, until);
  const small = numberOf(family, ofAge(1, 7));
  const children = numberOf(family, childOrStudent(family, law));
  const [supplement, set] = [law("child_supplement_mrp"), law("in_kind_set_children_1_6")];
  return {
    tsa: verdict(tsa, family.income === null ? null : gap(family.income, family)),
    child_supplement:
      supplement > 0
        ? verdict(
            [...tsa, some(small)],
            certain(small, (number) => number * inTenge(supplement, law("mrp"))),
          )
        : none,
    in_kind_set: set === 1 ? verdict([...tsa, some(small)], null) : none,
    school_package: verdict([...tsa, some(numberOf(family, ofAge(6, 18)))], null),
    large_family_benefit: verdict(
      [isLargeFamily(family, law)],
      certain(children, (number) => largeFamilyBenefit(number, law)),
    ),
    flood_lump_sum: verdict([family.hasFlood, "unknown"], inTenge(law("flood_lump_sum_mrp"), law("mrp"))),
  };
}

const none: Verdict = { state: null, amount: null };

/** A sum is named unless a condition is plainly unmet. */
function verdict(conditions: readonly Known[], amount: number | null): Verdict {
  const all = and(...conditions);
  if (all === "no") return { state: "not_by_registers", amount: null };
  return { state: all === "yes" ? "may_be_entitled" : "unknown", amount };
}

/** How many members are so, at least and at most; unlimited where no persons are known. */
const numberOf = (family: Family, test: (member: Member) => Known): [number, number] =>
  family.persons === null ? [0, Number.POSITIVE_INFINITY] : between(family, test);
const some = ([least, most]: [number, number]): Known => (least > 0 ? "yes" : most > 0 ? "unknown" : "no");
const certain = ([least, most]: [number, number], amount: (number: number) => number | null) => (least === most ? amount(least) : null);

/** The gap to the line of all members together, a month, up to the tenge. */
const gap = (income: number, { lineTiyn, count }: Family): number => Math.ceil((lineTiyn * count * 3 - income * 100) / 300);

/** A sum in MRP, up to the tenge; counted in hundredths, which are whole. */
const inTenge = (mrp: number, lcu: number): number => Math.ceil((Math.round(mrp * 100) * lcu) / 100);

function largeFamilyBenefit(children: number, law: Law): number | null {
  if (children < 4) return null;
  const mrp = children >= 8 ? children * law("large_family_benefit_mrp_per_child_8") : law(`large_family_benefit_mrp_${children}`);
  return inTenge(mrp, law("mrp"));
}
