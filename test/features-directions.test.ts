import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import type { Row } from "../src/warehouse/values.ts";
import { featuresOf, person, type Tables } from "./support/features.ts";
import type { TestRow } from "./support/registry.ts";
import { richWorld, together } from "./support/rich-world.ts";

const catalogue = readCatalogue(projectFile("models/features"));
const change =
  (table: string, edit: (row: TestRow) => TestRow) =>
  (world: Tables): Tables => ({
    ...world,
    [table]: (world[table] ?? []).map(edit),
  });
const add =
  (more: (name: string) => Tables) =>
  (world: Tables, name: string): Tables =>
    together(world, more(name));
const newest = (name: string) => ({ household_id: name, month: "2026-09-01", recorded_at: "2026-09-26" });

/** Ways in which life gets harder; each must move every feature that has a direction that way, or leave it. */
const hardships: Record<string, (world: Tables, name: string) => Tables> = {
  "an infant": add((name) => ({ person: [person(name, `${name} infant`, "2026-02-01", { role: "child", disability: "none" })] })),
  "a child at school": add((name) => ({
    person: [person(name, `${name} son`, "2016-05-05", { role: "child", disability: "none" })],
    schooling: ["2026-07", "2026-08", "2026-09"].map((month) => ({
      person_id: `${name} son`,
      month: `${month}-01`,
      enrolled: true,
      attendance_rate: 1,
      performance: "excellent",
      recorded_at: `${month}-26`,
    })),
    health: [
      {
        person_id: `${name} son`,
        attached_to_clinic: true,
        insured: true,
        last_checkup_on: "2026-09-01",
        vaccinations_complete: true,
        recorded_at: "2026-09-02",
      },
    ],
  })),
  "a child whom no other register knows": add((name) => ({ person: [person(name, `${name} son`, "2016-05-05", { role: "child" })] })),
  "a disability": change("person", (row) => (String(row.person_id).endsWith("mother") ? { ...row, disability: "2" } : row)),
  "a disability of a child": change("person", (row) =>
    String(row.person_id).endsWith("daughter") ? { ...row, disability: "child" } : row,
  ),
  "a loan": add((name) => ({
    credit: [{ ...newest(name), person_id: null, loan_payment_lcu: 40_000, mortgage_payment_lcu: 0, overdue_days: 0, overdue_lcu: 0 }],
  })),
  "a mortgage": add((name) => ({
    credit: [{ ...newest(name), person_id: null, loan_payment_lcu: 0, mortgage_payment_lcu: 90_000, overdue_days: 0, overdue_lcu: 0 }],
  })),
  "an overdue debt": add((name) => ({
    credit: [{ ...newest(name), person_id: null, loan_payment_lcu: 0, mortgage_payment_lcu: 0, overdue_days: 120, overdue_lcu: 80_000 }],
  })),
  "an old overdue debt": change("credit", (row) => (row.month === "2025-12-01" ? { ...row, overdue_days: 20, overdue_lcu: 9_000 } : row)),
  "unpaid bills": change("utility", (row) => ({ ...row, arrears_lcu: Number(row.arrears_lcu) + 5_000, disconnected: true })),
  "half the wage since July": change("income", (row) =>
    String(row.month) >= "2026-07-01" ? { ...row, amount_lcu: Number(row.amount_lcu) / 2 } : row,
  ),
  "no income since July": (world) => ({ ...world, income: (world.income ?? []).filter((row) => String(row.month) < "2026-07-01") }),
  "lost savings": change("account", (row) => (row.month === "2026-09-01" ? { ...row, savings_lcu: 0 } : row)),
  "missed lessons": change("schooling", (row) => ({ ...row, attendance_rate: 0.4, performance: "poor" })),
  "no school": (world) => ({ ...world, schooling: (world.schooling ?? []).map((row) => ({ ...row, enrolled: false })) }),
  "a missed check-up": change("health", (row) => ({ ...row, last_checkup_on: "2023-01-01" })),
  "a death": add((name) => ({
    life_event: [{ household_id: name, event_id: "9", kind: "death_of_earner", happened_on: "2026-09-01", recorded_at: "2026-09-02" }],
  })),
  "a signal": add((name) => ({
    community_signal: [
      {
        signal_id: `${name} 9`,
        household_id: name,
        area_code: "111834123",
        organisation: "a clinic",
        topic: "health",
        urgency: "urgent",
        verified: true,
        happened_on: "2026-09-01",
        recorded_at: "2026-09-02",
      },
    ],
  })),
  "a lower level": change("level", (row) => (row.assessed_on === "2026-07-01" ? { ...row, level: "E" } : row)),
};

/** Features that moved against their declared direction, or stopped being known. */
function against(before: Row | undefined, after: Row | undefined): string[] {
  return catalogue.flatMap(({ name, direction }) => {
    const [was, is] = [before?.[name], after?.[name]];
    if (direction === "free" || was === is) return [];
    if (was === null || is === null) return [`${name}: ${was} -> ${is}`];
    const rose = Number(is) > Number(was);
    return rose === (direction === "+") ? [] : [`${name}: ${was} -> ${is}`];
  });
}

test("a harder life moves each feature in its declared direction or not at all", async () => {
  const names = Object.keys(hardships);
  const base = richWorld("base");
  const worlds = names.map((name) => (hardships[name] as (world: Tables, name: string) => Tables)(richWorld(name), name));
  const features = await featuresOf({ tables: together(base, ...worlds) });
  expect(features.base?.spending_to_income_ratio_3m).not.toBeNull();
  for (const name of names) {
    expect(against(features.base, features[name]), name).toEqual([]);
    const moved = catalogue.filter(
      (feature) => feature.direction !== "free" && features.base?.[feature.name] !== features[name]?.[feature.name],
    );
    expect(moved.length, `${name} shows`).toBeGreaterThan(0);
  }
});
