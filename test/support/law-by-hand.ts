/** What is known of whether something is so. */
export type Known = "yes" | "no" | "unknown";

/** A living member on the day of application; null is unknown. */
export interface Member {
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
  /** Null where the quarter was not observed. */
  income: { lcu: number; months: number } | null;
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

/** Whole months lived on a day. */
export function monthsLived(birthDate: string, day: string): number {
  const [by, bm, bd] = birthDate.split("-").map(Number) as [number, number, number];
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  return (y - by) * 12 + (m - bm) - (d < bd ? 1 : 0);
}

const isAged = (member: Member, day: string, fromYears: number, untilYears = Number.POSITIVE_INFINITY): Known => {
  if (member.birthDate === null) return "unknown";
  const months = monthsLived(member.birthDate, day);
  return months >= fromYears * 12 && months < untilYears * 12 ? "yes" : "no";
};
const and = (...all: Known[]): Known => (all.includes("no") ? "no" : all.includes("unknown") ? "unknown" : "yes");
const or = (...all: Known[]): Known => (all.includes("yes") ? "yes" : all.includes("unknown") ? "unknown" : "no");
const say = (value: boolean): Known => (value ? "yes" : "no");
const not = (value: Known): Known => (value === "yes" ? "no" : value === "no" ? "yes" : "unknown");

/** Whether any member is so; unknown where no persons are known. */
const anyone = (family: Family, test: (member: Member) => Known): Known =>
  family.persons === null ? "unknown" : or(...family.persons.map(test));
/** At least and at most so many members are so. */
const between = (family: Family, test: (member: Member) => Known): [number, number] => {
  const answers = (family.persons ?? []).map(test);
  const sure = answers.filter((answer) => answer === "yes").length;
  return [sure, sure + answers.filter((answer) => answer === "unknown").length];
};

const isDisabledChild = (member: Member, day: string): Known => {
  if (member.disability === "child") return "yes";
  const isChild = isAged(member, day, 0, 18);
  return member.disability === null ? and("unknown", isChild) : member.disability === "none" ? "no" : isChild;
};
const isOfGroup1Or2 = (member: Member): Known =>
  member.disability === null ? "unknown" : say(member.disability === "1" || member.disability === "2");

function isEmployable(member: Member, day: string, law: Law): Known {
  const ages = { male: law("pension_age_men"), female: law("pension_age_women") };
  const pension = ages[member.sex as keyof typeof ages] ?? Math.max(ages.male, ages.female);
  return and(isAged(member, day, 18, pension), not(isOfGroup1Or2(member)));
}

/** Whether a member needs care by the law: a child under three or with disability, group 1 or 2, somebody over 80. */
const needsCare = (member: Member, day: string): Known =>
  or(isAged(member, day, 0, 3), isDisabledChild(member, day), isOfGroup1Or2(member), isAged(member, day, 80));

/** Unconditional, conditional, or null when nobody can say. */
export function tsaKind(family: Family, law: Law): "unconditional" | "conditional" | null {
  if (family.persons === null) return null;
  const [least, most] = between(family, (member) => isEmployable(member, family.asOf, law));
  const cares = anyone(family, (member) => needsCare(member, family.asOf));
  if (most === 0 || (most === 1 && cares === "yes")) return "unconditional";
  if (least > 1 || (least === 1 && cares === "no")) return "conditional";
  return null;
}

const childOrStudent = (family: Family, law: Law) => (member: Member) =>
  or(
    isAged(member, family.asOf, 0, 18),
    and(isAged(member, family.asOf, 18, law("large_family_student_age_until")), say(member.employment === "student")),
  );

export function isLargeFamily(family: Family, law: Law): Known {
  if (family.persons === null) return "unknown";
  const [least, most] = between(family, childOrStudent(family, law));
  return least >= 4 ? "yes" : most < 4 ? "no" : "unknown";
}

/** Each condition of TSA, met or not. */
export function tsaConditions(family: Family, law: Law): Record<string, Known> {
  const held = family.holdings.filter((each) => each.disposedOn === null || each.disposedOn >= family.asOf);
  const many = (...kinds: string[]) => held.filter((each) => kinds.includes(each.kind)).reduce((total, each) => total + each.quantity, 0);
  const none = (found: boolean): Known => (found ? "no" : family.areAssetsKnown ? "yes" : "unknown");
  const fiveYearsAgo = `${Number(family.asOf.slice(0, 4)) - 5}${family.asOf.slice(4)}`;
  const exempt = or(
    isLargeFamily(family, law),
    anyone(family, (member) => isDisabledChild(member, family.asOf)),
    anyone(family, isOfGroup1Or2),
  );
  return {
    below_line: family.income === null ? "unknown" : say(family.income.lcu * 100 < family.lineTiyn * family.count * family.income.months),
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
    no_refusal_block: family.refusedOn.some((day) => monthsLived(day, family.asOf) < 6)
      ? "no"
      : family.areDecisionsKnown
        ? "yes"
        : "unknown",
    sole_trader: family.asOf < "2026-01-01" ? "yes" : not(anyone(family, (member) => trades(member, family.asOf))),
  };
}

/** Whether all dwellings together are small; also one that nobody has seen may be there. */
function isSmall(family: Family, held: readonly Holding[], enoughM2: number): Known {
  const areas = held.filter((each) => each.kind === "dwelling").map((each) => each.areaM2);
  const seen = areas.reduce<number>((total, area) => total + (area ?? 0), 0);
  if (seen > enoughM2 * family.count) return "no";
  return family.areAssetsKnown && !areas.includes(null) ? "yes" : "unknown";
}

const trades = (member: Member, day: string): Known =>
  member.business === null ? and("unknown", isAged(member, day, 18)) : say(member.business === "sole_trader");

export type State = "may_be_entitled" | "unknown" | "not_by_registers";
export interface Verdict {
  state: State;
  amount: number | null;
}
const stateOf = (...conditions: Known[]): State => {
  const all = and(...conditions);
  return all === "yes" ? "may_be_entitled" : all === "no" ? "not_by_registers" : "unknown";
};

/** What every programme says of a family. */
export function entitlement(family: Family, law: Law): Record<string, Verdict> {
  const tsa = Object.values(tsaConditions(family, law));
  const small = (member: Member) => isAged(member, family.asOf, 1, 7);
  const [supplement, set] = [law("child_supplement_mrp"), law("in_kind_set_children_1_6")];
  const [children] = between(family, childOrStudent(family, law));
  const give = (state: State, amount: () => number | null): Verdict => ({ state, amount: state === "may_be_entitled" ? amount() : null });
  return {
    tsa: give(stateOf(...tsa), () => gap(family)),
    child_supplement: give(
      stateOf(...tsa, anyone(family, small), say(supplement > 0)),
      () => between(family, small)[0] * inTenge(supplement, law("mrp")),
    ),
    in_kind_set: give(stateOf(...tsa, anyone(family, small), say(set === 1)), () => null),
    school_package: give(
      stateOf(
        ...tsa,
        anyone(family, (member) => isAged(member, family.asOf, 6, 19)),
      ),
      () => null,
    ),
    large_family_benefit: give(stateOf(isLargeFamily(family, law)), () => largeFamilyBenefit(children, law)),
    flood_lump_sum: {
      state: family.hasFlood === "no" ? "not_by_registers" : "unknown",
      amount: family.hasFlood === "yes" ? inTenge(law("flood_lump_sum_mrp"), law("mrp")) : null,
    },
  };
}

function gap({ income, lineTiyn, count }: Family): number {
  const { lcu, months } = income as { lcu: number; months: number };
  return Math.ceil((lineTiyn * count * months - lcu * 100) / (100 * months));
}

/** A sum in MRP, up to the tenge; counted in hundredths, which are whole. */
const inTenge = (mrp: number, lcu: number): number => Math.ceil((Math.round(mrp * 100) * lcu) / 100);

const largeFamilyBenefit = (children: number, law: Law): number =>
  children >= 8
    ? inTenge(children * law("large_family_benefit_mrp_per_child_8"), law("mrp"))
    : inTenge(law(`large_family_benefit_mrp_${children}`), law("mrp"));
