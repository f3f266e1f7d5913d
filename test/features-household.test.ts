import { expect, test } from "vitest";
import { asOf, featuresOf, household, only, person } from "./support/features.ts";

test("ages count full years on the day: a birthday on as_of has been reached, one on the next day has not", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("h")],
      person: [
        person("h", "head", "1980-06-15", { role: "head" }),
        person("h", "spouse", "1963-10-02", { role: "spouse" }),
        person("h", "grandfather", "1963-10-01", { role: "parent" }),
        person("h", "adult", "2008-10-01", { role: "child" }),
        person("h", "seventeen", "2008-10-02", { role: "child" }),
        person("h", "seven", "2019-10-01", { role: "child" }),
        person("h", "almost seven", "2019-10-02", { role: "child" }),
        person("h", "six", "2020-10-01", { role: "child" }),
        person("h", "five", "2020-10-02", { role: "child" }),
        person("h", "one", "2025-10-01", { role: "child" }),
        person("h", "infant", "2025-10-02", { role: "child" }),
        person("h", "died before", "2019-01-01", { died_on: "2026-09-30" }),
        person("h", "born after", "2026-10-01"),
      ],
    },
  });
  expect(
    only(
      features.h,
      "members",
      "children",
      "children_1_6",
      "children_school_age",
      "has_infant",
      "elderly",
      "working_age_adults",
      "dependants_share",
      "is_single_parent",
      "is_large_family",
      "head_age_years",
    ),
  ).toEqual({
    members: 11,
    children: 7,
    children_1_6: 4,
    children_school_age: 4,
    has_infant: true,
    elderly: 1,
    working_age_adults: 3,
    dependants_share: 8 / 11,
    is_single_parent: false,
    is_large_family: true,
    head_age_years: 46,
  });
});

test("a household lives while it is known, not dissolved, and has a living member or a count of members", async () => {
  const features = await featuresOf({
    tables: {
      household: [
        household("lives"),
        household("dissolved", { dissolved_on: "2026-09-30" }),
        household("dissolves today", { dissolved_on: asOf }),
        household("all died"),
        household("survey", { members: 3, children: 1 }),
        household("empty"),
        household("not known yet", { recorded_at: asOf, members: 2 }),
      ],
      person: [
        ...["lives", "dissolved", "dissolves today"].map((name) => person(name, `of ${name}`, "1980-01-01")),
        person("all died", "last", "1940-01-01", { died_on: "2026-09-30" }),
      ],
    },
  });
  expect(Object.keys(features).sort()).toEqual(["dissolves today", "lives", "survey"]);
  expect(only(features.survey, "members", "children", "elderly", "has_disability", "is_single_parent", "unemployed_adults")).toEqual({
    members: 3,
    children: 1,
    elderly: null,
    has_disability: null,
    is_single_parent: null,
    unemployed_adults: null,
  });
});

test("a large family has four children, students under 23 counted; a single parent is the only head or spouse", async () => {
  const features = await featuresOf({
    tables: {
      household: ["three", "three and a student", "alone", "couple", "roles unknown"].map((name) => household(name)),
      person: [
        ...["a", "b", "c"].map((child) => person("three", `3${child}`, "2015-01-01")),
        ...["a", "b", "c"].map((child) => person("three and a student", `s${child}`, "2015-01-01")),
        person("three and a student", "student", "2003-10-02", { employment: "student" }),
        person("alone", "a1", "1990-01-01", { role: "head" }),
        person("alone", "a2", "1960-01-01", { role: "parent" }),
        person("alone", "a3", "2015-01-01", { role: "child" }),
        person("couple", "c1", "1990-01-01", { role: "head" }),
        person("couple", "c2", "1990-01-01", { role: "spouse" }),
        person("couple", "c3", "2015-01-01", { role: "child" }),
        person("roles unknown", "r1", "1990-01-01"),
      ],
    },
  });
  const of = (name: string) => Object.entries(features).map(([household, row]) => [household, row[name]]);
  expect(Object.fromEntries(of("is_large_family"))).toEqual({
    three: false,
    "three and a student": true,
    alone: false,
    couple: false,
    "roles unknown": false,
  });
  expect(Object.fromEntries(of("is_single_parent"))).toMatchObject({ alone: true, couple: false, "roles unknown": null });
});

test("the home: floor area per member is crowded below 18 m2, not at 18", async () => {
  const features = await featuresOf({
    tables: {
      household: [
        household("at", {
          members: 3,
          dwelling_area_m2: 54,
          dwelling_tenure: "mortgaged",
          dwelling_condition: "good",
          settlement: "village",
        }),
        household("below", {
          members: 3,
          dwelling_area_m2: 53.9,
          dwelling_tenure: "rented",
          dwelling_condition: "unsafe",
          settlement: "regional_city",
        }),
        household("unknown", { members: 3 }),
      ],
    },
  });
  const names = ["is_overcrowded", "has_own_dwelling", "dwelling_tenure", "dwelling_needs_repair", "is_rural"];
  expect(Object.values(only(features.at, ...names))).toEqual([false, true, "mortgaged", false, true]);
  expect(Object.values(only(features.below, ...names))).toEqual([true, false, "rented", true, false]);
  expect(Object.values(only(features.unknown, ...names))).toEqual([null, null, null, null, null]);
});

test("somebody known to be so says yes; without one, somebody of whom it is unknown leaves it unknown", async () => {
  const facts = { disability: "none", employment: "hired", business: "none" };
  const features = await featuresOf({
    tables: {
      household: ["known", "unknown", "partly", "positive", "newborn", "child"].map((name) => household(name)),
      person: [
        person("known", "k", "1985-01-01", facts),
        person("unknown", "u", "1985-01-01"),
        person("partly", "p1", "1985-01-01", facts),
        person("partly", "p2", "1985-01-01"),
        ...["a", "b", "c"].map((name) => person("partly", `p${name}`, null, facts)),
        person("newborn", "n1", "1985-01-01", facts),
        person("newborn", "n2", "2015-01-01", { disability: "none" }),
        person("newborn", "n3", "2026-09-01"),
        person("child", "c1", "1985-01-01", facts),
        person("child", "c2", "2015-01-01"),
        person("positive", "s1", "1985-01-01"),
        person("positive", "s2", "1985-01-01", { disability: "2", employment: "unemployed", business: "sole_trader" }),
        person("positive", "s3", "1985-01-01", { employment: "carer" }),
        ...["a", "b", "c", "d"].map((name) => person("positive", `s${name}`, "2015-01-01", { disability: "child" })),
      ],
    },
  });
  const names = ["has_disability", "has_child_with_disability", "has_carer", "has_sole_trader", "unemployed_adults", "is_large_family"];
  expect(Object.values(only(features.known, ...names))).toEqual([false, false, false, false, 0, false]);
  expect(Object.values(only(features.unknown, ...names))).toEqual([null, false, null, null, null, false]);
  expect(Object.values(only(features.partly, ...names))).toEqual([null, false, null, null, null, false]);
  expect(Object.values(only(features.newborn, ...names))).toEqual([false, false, false, false, 0, false]);
  expect(Object.values(only(features.child, ...names))).toEqual([false, null, false, false, 0, false]);
  expect(Object.values(only(features.positive, ...names))).toEqual([true, true, true, true, 1, true]);
});

test("a large family is unknown when members of unknown age decide", async () => {
  const children = (household: string, ages: (string | null)[]) => ages.map((age, index) => person(household, `${household}${index}`, age));
  const features = await featuresOf({
    tables: {
      household: ["may be", "is", "is not"].map((name) => household(name)),
      person: [
        ...children("may be", ["2015-01-01", "2015-01-01", "2015-01-01", null]),
        ...children("is", ["2015-01-01", "2015-01-01", "2015-01-01", "2015-01-01", null]),
        ...children("is not", ["2015-01-01", "2015-01-01", null, "1985-01-01"]),
      ],
    },
  });
  expect(["may be", "is", "is not"].map((name) => features[name]?.is_large_family)).toEqual([null, true, false]);
});

test("disability, care and education are those of living members", async () => {
  const features = await featuresOf({
    tables: {
      household: [household("h"), household("died")],
      person: [
        person("h", "mother", "1985-01-01", { disability: "none", employment: "carer", education: "higher" }),
        person("h", "father", "1985-01-01", { disability: "2", education: "primary" }),
        person("h", "son", "2015-01-01", { disability: "child", education: "none" }),
        person("died", "d1", "1985-01-01", { disability: "none", employment: "hired" }),
        person("died", "d2", "1985-01-01", { disability: "1", education: "higher", died_on: "2026-09-01" }),
      ],
    },
  });
  const names = [
    "has_disability",
    "members_with_disability",
    "has_child_with_disability",
    "has_carer",
    "adults_without_secondary",
    "has_higher_education",
  ];
  expect(Object.values(only(features.h, ...names))).toEqual([true, 2, true, true, 1, true]);
  expect(Object.values(only(features.died, ...names))).toEqual([false, 0, false, false, null, null]);
});
