import { expect, test } from "vitest";
import { asOf, featuresOf, household, legally, only } from "./support/features.ts";

const alone = (name: string) => household(name, { members: 1 });
test("events count from their own day within the window, once they are known", async () => {
  const event = (event_id: string, kind: string, happened_on: string, recorded_at = happened_on) => ({
    household_id: "h",
    event_id,
    kind,
    happened_on,
    recorded_at,
  });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      life_event: [
        event("1", "job_loss", "2026-04-01"),
        event("2", "job_loss", "2026-03-31"),
        event("3", "job_loss", "2026-09-30", "2026-10-01"),
        event("7", "job_loss", "2026-10-01", "2026-09-20"),
        event("4", "death_of_earner", "2025-10-01"),
        event("5", "death_of_earner", "2025-09-30"),
        event("6", "birth", "2026-01-01"),
      ],
    },
  });
  expect(only(features.h, "job_losses_6m", "deaths_of_earner_12m", "births_12m", "divorces_12m")).toEqual({
    job_losses_6m: 1,
    deaths_of_earner_12m: 1,
    births_12m: 1,
    divorces_12m: 0,
  });
});

test("an emergency strikes the place, its rural district, district and region, nobody else", async () => {
  const struck = (emergency_id: string, area_code: string, severity: number | null) => ({
    emergency_id,
    area_code,
    kind: "flood",
    started_on: "2026-04-15",
    severity,
    recorded_at: "2026-04-16",
  });
  const features = await featuresOf({
    tables: {
      household: [household("village", { area_code: "111834123", members: 1 }), household("city", { area_code: "710000000", members: 1 })],
      emergency: [
        struck("region", "110000000", 3),
        struck("district", "111800000", 1),
        struck("rural district", "111834000", 2),
        struck("village", "111834123", null),
        struck("other village", "111834124", 3),
        struck("other region", "120000000", 3),
      ],
    },
  });
  expect(only(features.village, "emergencies_area_6m", "emergency_severity_6m")).toEqual({
    emergencies_area_6m: 4,
    emergency_severity_6m: 3,
  });
  expect(only(features.city, "emergencies_area_6m", "emergency_severity_6m")).toEqual({ emergencies_area_6m: 0, emergency_severity_6m: 0 });
});

test("an emergency counts while it goes on and until the window after its end is over; of unknown severity it is not slight", async () => {
  const areas = { over: "101012300", lately: "101012400", "ends today": "101012500", "no end": "101012600", "not begun": "101012700" };
  const [over, lately, endsToday, noEnd, notBegun] = Object.values(areas);
  const struck = (area_code: string | undefined, started_on: string, ended_on: string | null, severity: number | null) => ({
    emergency_id: `${area_code}`,
    area_code: `${area_code}`,
    kind: "flood",
    started_on,
    ended_on,
    severity,
    recorded_at: started_on < asOf ? started_on : "2026-09-30",
  });
  const tables = {
    household: Object.entries(areas).map(([name, area_code]) => household(name, { area_code, members: 1 })),
    emergency: [
      struck(over, "2026-03-01", "2026-03-31", 3),
      struck(lately, "2023-03-01", "2026-04-01", 1),
      struck(endsToday, "2026-09-01", asOf, 2),
      struck(noEnd, "2025-01-01", null, null),
      struck(notBegun, asOf, null, 3),
    ],
  };
  const counted = (features: Awaited<ReturnType<typeof featuresOf>>) =>
    Object.fromEntries(Object.entries(features).map(([name, row]) => [name, [row.emergencies_area_6m, row.emergency_severity_6m]]));
  const expected = { over: [0, 0], lately: [1, 1], "ends today": [1, 2], "no end": [1, null], "not begun": [0, 0] };
  expect(counted(await featuresOf({ tables }))).toEqual(expected);
  const window = (months: number) => legally("emergency_window_months", months);
  expect(counted(await featuresOf({ tables, prepare: window(5) }))).toEqual({ ...expected, lately: [0, 0] });
  expect(counted(await featuresOf({ tables, prepare: window(7) }))).toEqual({ ...expected, over: [1, 3] });
});

test("only confirmed signals about the household itself count", async () => {
  const signal = (signal_id: string, more: Record<string, string | boolean | null>) => ({
    signal_id,
    household_id: "h",
    area_code: "101000000",
    organisation: "a school",
    topic: "food",
    urgency: "normal",
    verified: true,
    happened_on: "2026-08-01",
    recorded_at: "2026-08-02",
    ...more,
  });
  const features = await featuresOf({
    tables: {
      household: [alone("h")],
      community_signal: [
        signal("1", {}),
        signal("2", { urgency: "urgent" }),
        signal("3", { verified: false, urgency: "urgent" }),
        signal("4", { household_id: null }),
        signal("5", { happened_on: "2026-06-30" }),
      ],
    },
  });
  expect(only(features.h, "verified_signals_3m", "urgent_verified_signals_3m")).toEqual({
    verified_signals_3m: 2,
    urgent_verified_signals_3m: 1,
  });
});

test("the Map's level is the latest one, and falls by steps against that of a year before", async () => {
  const level = (household_id: string, assessed_on: string, level: string) => ({
    household_id,
    assessed_on,
    level,
    recorded_at: assessed_on,
  });
  const features = await featuresOf({
    tables: {
      household: ["fell", "new"].map(alone),
      level: [
        level("fell", "2025-07-01", "B"),
        level("fell", "2025-10-02", "C"),
        level("fell", "2026-07-01", "D"),
        level("new", "2026-09-30", "E"),
      ],
    },
  });
  const names = ["map_level", "map_level_d", "map_level_e", "map_level_steps_down_12m"];
  expect(Object.values(only(features.fell, ...names))).toEqual(["D", true, false, 2]);
  expect(Object.values(only(features.new, ...names))).toEqual(["E", false, true, null]);
});
