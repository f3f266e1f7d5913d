import { z } from "zod";
import { projectFile } from "../../src/domain/project-files.ts";
import { readYaml } from "../../src/parameters/yaml-file.ts";
import type { Session } from "../../src/warehouse/session.ts";
import type { JudgedFamily } from "./entitlement-by-hand.ts";
import type { Family, Known, Law, Member } from "./law-by-hand.ts";
import * as law from "./law-by-hand.ts";
import { type More, registersOf } from "./level-registers.ts";

/** The points between which each criterion and their sum lie, and the levels that the family may have, the best first. */
export interface CountedLevel {
  points: Record<string, [number, number]>;
  sum: [number, number];
  levels: string[];
  published: string | null;
}

const Scored = z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())]));
const Copy = z.looseObject({ sections: z.record(z.string(), Scored) });
/** The copy of the order from which the scale was written, read again: the points are not those of models/. */
const { sections } = readYaml(projectFile("data-samples/kazakhstan/dfm-levels-order-267.yaml"), Copy);
const all = Object.assign({}, ...Object.values(sections)) as Record<string, number | Record<string, number>>;
const points = (criterion: string, band: string) => (all[criterion] as Record<string, number>)[band] as number;
const single = (criterion: string) => all[criterion] as number;

const bounds = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
/** Points of every number from the least to the most that it may be; beyond twenty nothing changes. */
const ofNumbers = ([least, most]: [number, number], each: (number: number) => number) =>
  Array.from({ length: Math.min(most, 20) - Math.min(least, 20) + 1 }, (_, index) => each(Math.min(least, 20) + index));
const either = (known: Known, yes: number, no: number) => (known === "unknown" ? [yes, no] : [known === "yes" ? yes : no]);
const worlds = (known: Known) => (known === "unknown" ? [true, false] : [known === "yes"]);

function countedPoints(family: Family, more: More, inForce: Law): Record<string, number[]> {
  const { asOf, count } = family;
  const held = family.holdings.filter((each) => each.disposedOn === null || each.disposedOn >= asOf);
  const many = (kind: string) => held.filter((each) => each.kind === kind).reduce((total, each) => total + each.quantity, 0);
  const upTo = (seen: number): [number, number] => [seen, family.areAssetsKnown ? seen : Number.POSITIVE_INFINITY];
  const has = (kind: string): Known => (many(kind) > 0 ? "yes" : family.areAssetsKnown ? "no" : "unknown");
  const range = (test: (member: Member) => Known): [number, number] =>
    family.persons === null ? [0, Number.POSITIVE_INFINITY] : law.between(family, test);
  const anyone = (test: (member: Member) => Known) => law.anyone(family, test);
  const ofHealth = (column: string, wanted: boolean) => (member: Member) => {
    const row = more.health.get(member.id);
    if (row === undefined) return more.isHealthKnown ? "no" : "unknown";
    return row[column] === null ? "unknown" : law.say(row[column] === wanted);
  };
  const health = (criterion: string, column: string, wanted: boolean) => either(anyone(ofHealth(column, wanted)), single(criterion), 0);
  const worlds12 = worlds(anyone((member) => law.isOfGroup1Or2(member, asOf)));
  return {
    income: incomePoints(family, more.minimum),
    loan: either(isLoan(more), points("has_credit", "yes"), points("has_credit", "no")),
    overdue: overduePoints(family, more, inForce),
    cars: ofNumbers(upTo(many("car")), (cars) => points("cars", cars > 2 ? "3+" : String(cars))),
    commercial_vehicle: either(has("commercial_vehicle"), points("commercial_vehicle", "yes"), points("commercial_vehicle", "no")),
    machinery: ofNumbers([Math.min(many("machinery"), 1), upTo(many("machinery"))[1]], (kinds) =>
      points("agri_machinery", kinds === 0 ? "none" : kinds === 1 ? "one_kind" : "more"),
    ),
    able_to_work: ofNumbers(
      range((member) => law.isEmployable(member, asOf, inForce)),
      (able) => (able > 0 ? 0 : single("no_employable_member")),
    ),
    employed: ofNumbers(
      range((member) => works(member, asOf)),
      (number) => points("employed_members", number > 1 ? "2+" : String(number)),
    ),
    business: worlds(anyone((member) => law.trades(member, asOf))).flatMap((trader) =>
      worlds(anyone((member) => hasFounded(member, asOf))).map((founder) =>
        points("business", trader && founder ? "both" : founder ? "founder" : trader ? "sole_trader" : "none"),
      ),
    ),
    children: ofNumbers(range(law.childOrStudent(family, inForce)), (number) =>
      points("children_and_students_under_23", number > 3 ? "4+" : String(number)),
    ),
    adult_disability: worlds12.flatMap((isGroup12) =>
      worlds(anyone((member) => isGroup3(member, asOf))).map((isThird) =>
        points("adult_disability", isGroup12 ? "group_1_2" : isThird ? "group_3" : "none"),
      ),
    ),
    child_disability: either(
      anyone((member) => law.isDisabledChild(member, asOf)),
      single("child_disability"),
      0,
    ),
    clinic: health("not_attached_to_clinic", "attached_to_clinic", false),
    insurance: health("no_osms_member", "insured", false),
    chronic_disease: health("chronic_disease", "chronic", true),
    dispensary: health("dispensary_register", "dispensary", true),
    preschool: either(anyone(away(more, asOf, 3, 7)), single("preschool_child_not_enrolled"), 0),
    school: either(anyone(away(more, asOf, 7, null)), single("school_child_not_enrolled"), 0),
    dwelling: dwellingPoints(family, held, upTo(many("dwelling")), count),
    business_premises: either(has("business_premises"), single("commercial_real_estate"), 0),
    settlement:
      more.settlement === null
        ? Object.values(all.settlement as Record<string, number>)
        : [points("settlement", settlementWords[more.settlement] as string)],
    subsidiary_plot: plotPoints(more, family.areAssetsKnown),
    land_plot: either(has("land_plot"), single("land_plot"), 0),
  };
}

const settlementWords: Record<string, string> = {
  republican_city: "capital_or_republican_city",
  regional_city: "oblast_city",
  district_centre: "district_or_district_city",
  rural_district: "rural_okrug",
  village: "village",
};

function incomePoints({ income, count }: Family, minimum: number): number[] {
  if (income === null) return Object.values(all.per_capita_income_in_SM as Record<string, number>);
  const line = minimum * count * 3;
  const band =
    income <= 0
      ? "0"
      : income < line / 4
        ? "0-0.25"
        : income < line
          ? "0.25-1"
          : income < 2 * line
            ? "1-2"
            : income < 3 * line
              ? "2-3"
              : income < 4 * line
                ? "3-4"
                : ">=4";
  return [points("per_capita_income_in_SM", band)];
}

const isLoan = ({ loans, areLoansKnown }: More): Known =>
  loans.some((row) => Number(row.loan_payment_lcu) + Number(row.mortgage_payment_lcu) + Number(row.overdue_lcu) > 0)
    ? "yes"
    : areLoansKnown
      ? "no"
      : "unknown";

function overduePoints(family: Family, { loans, areLoansKnown }: More, inForce: Law): number[] {
  const of = (band: string) => points("overdue_gt90d_and_gt1000kzt", band);
  const long = loans.filter((row) => Number(row.overdue_days) > 90 && Number(row.overdue_lcu) > 1000);
  const isNobodys = long.some((row) => row.person_id === null);
  if (family.persons === null) return isNobodys ? [of("all_adults"), of("one_adult")] : [of("none"), of("all_adults"), of("one_adult")];
  const isAdult = (member: Member) => law.not(law.isAged(member, family.asOf, 0, inForce("adult_age")));
  const grown = family.persons.filter((member) => isAdult(member) !== "no");
  const owing = grown.filter((member) => long.some((row) => row.person_id === member.id)).length;
  const [sure, most] = law.between(family, isAdult);
  const least = Math.max(owing, isNobodys ? 1 : 0);
  const greatest = !areLoansKnown ? Number.POSITIVE_INFINITY : isNobodys ? Math.max(most, 1) : owing;
  const some =
    sure !== most
      ? [of("all_adults"), of("one_adult")]
      : least >= sure
        ? [of("all_adults")]
        : greatest < sure
          ? [of("one_adult")]
          : [of("all_adults"), of("one_adult")];
  return greatest === 0 ? [of("none")] : least > 0 ? some : [of("none"), of("one_adult"), of("all_adults")];
}

const works = (member: Member, day: string): Known =>
  member.employment === null
    ? law.and("unknown", law.isAged(member, day, 18))
    : law.say(["hired", "self_employed", "seasonal"].includes(member.employment));
const hasFounded = (member: Member, day: string): Known =>
  member.business === null ? law.and("unknown", law.isAged(member, day, 18)) : law.say(member.business === "founder");
const isGroup3 = (member: Member, day: string): Known =>
  law.and(law.isAged(member, day, 18), member.disability === null ? "unknown" : law.say(member.disability === "3"));

/** Whether a member of these ages, when the months of school began, was at none; of school age until the birthday after 16. */
const away =
  ({ pupils, isSchoolKnown, schoolSince }: More, asOf: string, from: number, until: number | null) =>
  (member: Member): Known => {
    if (law.isAged(member, asOf, 18) === "yes") return "no";
    const isIn: Known =
      schoolSince === null || member.birthDate === null
        ? "unknown"
        : law.say(
            law.monthsLived(member.birthDate, schoolSince) >= from * 12 &&
              (until === null
                ? law.monthsLived(member.birthDate, asOf) < 17 * 12
                : law.monthsLived(member.birthDate, schoolSince) < until * 12),
          );
    return law.and(isIn, pupils.get(member.id) ? "no" : isSchoolKnown ? "yes" : "unknown");
  };

function dwellingPoints(family: Family, held: Family["holdings"], range: [number, number], count: number): number[] {
  const areas = held.filter((each) => each.kind === "dwelling").map((each) => each.areaM2);
  const seen = areas.reduce<number>((total, area) => total + (area ?? 0), 0);
  const isAreaKnown = family.areAssetsKnown && areas.length > 0 && !areas.includes(null);
  const one = seen >= 18 * count ? [">=18 m2/person"] : isAreaKnown ? ["<18 m2/person"] : ["<18 m2/person", ">=18 m2/person"];
  const bands = (number: number) =>
    number === 0 ? ["none"] : number === 1 ? one : [number < 4 ? "2-3 objects" : number < 7 ? "3-6" : number < 12 ? "6-11" : ">11"];
  const numbers = Array.from({ length: Math.min(range[1], 20) - Math.min(range[0], 20) + 1 }, (_, index) => Math.min(range[0], 20) + index);
  return numbers.flatMap((number) => bands(number).map((band) => points("dwelling", band)));
}

function plotPoints({ plots }: More, areAssetsKnown: boolean): number[] {
  const of = (band: string) => points("subsidiary_plot_value_kzt", band);
  const isHeld = plots.reduce((total, { quantity }) => total + quantity, 0) > 0;
  if (!isHeld && areAssetsKnown) return [of("none")];
  const least = plots.reduce((total, { value }) => total + (value ?? 0), 0);
  const most = areAssetsKnown && plots.every(({ value }) => value !== null) ? least : Number.POSITIVE_INFINITY;
  const bands: [string, number, number][] = [
    ["<500k", 0, 499_999],
    ["500k-1m", 500_000, 999_999],
    ["1m-2m", 1_000_000, 2_000_000],
    [">2m", 2_000_001, Number.POSITIVE_INFINITY],
  ];
  return [...(isHeld ? [] : [of("none")]), ...bands.filter(([, from, to]) => least <= to && most >= from).map(([band]) => of(band))];
}

const cuts: [string, number][] = [
  ["A", 1800],
  ["B", 730],
  ["C", -30],
  ["D", -458],
  ["E", Number.NEGATIVE_INFINITY],
];
const levelOf = (sum: number) => cuts.findIndex(([, from]) => sum >= from);

/** The level of every family by plain loops over the registers: an oracle for the SQL. By household id. Needs `reference_line`. */
export async function levelsByHand(
  session: Session,
  { asOf, snapshot, inForce, quarter }: { asOf: string; snapshot: number; inForce: Law; quarter: string },
  families: ReadonlyMap<string, JudgedFamily>,
): Promise<Map<string, CountedLevel>> {
  const read = await registersOf(session, asOf, snapshot, quarter);
  return new Map(
    [...families].map(([id, { family }]) => {
      const counted = Object.entries(countedPoints(family, read.of(id), inForce)).map(
        ([criterion, each]) => [criterion, bounds(each)] as const,
      );
      const [least, most] = [0, 1].map((side) => counted.reduce((total, [, each]) => total + (each[side] as number), 0)) as [
        number,
        number,
      ];
      const levels = cuts.slice(levelOf(most), levelOf(least) + 1).map(([level]) => level);
      return [id, { points: Object.fromEntries(counted), sum: [least, most], levels, published: read.published(id) }];
    }),
  );
}
