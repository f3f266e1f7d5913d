import { describe, expect, test } from "vitest";
import { holdOut } from "../src/training/hold-out.ts";

describe("rows kept aside", () => {
  const rows = 100;
  const sides = (divided: ReturnType<typeof holdOut>) => [[...(divided?.fitted ?? [])], [...(divided?.keptAside ?? [])]] as const;

  test("are the latest fifth of time, whole times, numbers as numbers", async () => {
    // ten times of ten rows, 1..10: as text 10 would come before 2
    const time = Array.from({ length: rows }, (_, row) => String(1 + (row % 10)));
    const divided = holdOut({ rows, time });
    const [fitted, aside] = sides(divided);
    expect(divided).toMatchObject({ kind: "later", from: "9", until: "10" });
    expect(new Set(aside.map((row) => time[row]))).toEqual(new Set(["9", "10"]));
    expect(fitted.length + aside.length).toBe(rows);
  });

  test("share no group with the rows fitted on, by time, by group or both", async () => {
    const group = Array.from({ length: rows }, (_, row) => `g${row % 25}`);
    const rotating = Array.from({ length: rows }, (_, row) => `g${Math.floor(row / 3)}`);
    const time = Array.from({ length: rows }, (_, row) => String(2000 + Math.floor(row / 10)));
    for (const keys of [{ group }, { group, time }, { group: rotating, time }]) {
      const [fitted, aside] = sides(holdOut({ rows, ...keys }));
      expect(fitted.length).toBeGreaterThan(30);
      expect(aside.length).toBeGreaterThan(5);
      const fittedGroups = new Set(fitted.map((row) => keys.group[row]));
      expect(aside.filter((row) => fittedGroups.has(keys.group[row] as string))).toEqual([]);
    }
  });

  test("do not exist where all rows have one time or one group", async () => {
    expect(holdOut({ rows, time: Array<string>(rows).fill("2020") })).toBeNull();
    expect(holdOut({ rows, group: Array<string>(rows).fill("g") })).toBeNull();
  });

  test("without time and group are a fifth of the rows, the same each time", async () => {
    const [fitted, aside] = sides(holdOut({ rows: 10_000 }));
    expect(fitted.length + aside.length).toBe(10_000);
    expect(Math.abs(aside.length - 2000)).toBeLessThan(150);
    expect(sides(holdOut({ rows: 10_000 }))[1]).toEqual(aside);
  });
});
