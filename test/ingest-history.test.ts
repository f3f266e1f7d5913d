import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { type Bench, load, newBench, read, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

/** A version of a key: what the register said, and the day on which it knew it. Amounts tell keys apart: amount % 100 is the key. */
interface Version {
  day: number;
  amount: number;
}

const keyOf = (version: Version) => version.amount % 100;
const day = (number: number) => `2025-02-${String(number).padStart(2, "0")}`;

async function loadVersions(bench: Bench, versions: readonly Version[]): Promise<void> {
  const lines = versions.map((version) => `h${keyOf(version)},2025-01-01,${version.amount},${day(version.day)}`);
  const definition = { max_bad_share: 1, tables: [{ table: "income", files: "income.csv", columns: { kind: "'wage'" } }] };
  const csv = `household_id,month,amount_lcu,recorded_at\n${lines.join("\n")}\n`;
  await load(bench, writeSource(bench, "wages", definition, { "income.csv": csv }));
}

/** What was known, worked out naively: of all versions that the loads up to `snapshot` brought, the last recorded before `asOf`, later loads last. */
function oracle(loads: readonly Version[][], asOf: number, snapshot: number): number[] {
  const brought: Version[] = [];
  for (const versions of loads.slice(0, snapshot)) {
    const isFirstToldOfItsDay = (one: Version, index: number) =>
      versions.findIndex((each) => keyOf(each) === keyOf(one) && each.day === one.day) === index;
    for (const one of versions.filter(isFirstToldOfItsDay))
      if (!brought.some((each) => each.day === one.day && each.amount === one.amount)) brought.push(one);
  }
  const known = new Map<number, Version>();
  for (const one of brought) if (one.day < asOf && one.day >= (known.get(keyOf(one))?.day ?? 0)) known.set(keyOf(one), one);
  return [...known.values()].map((one) => one.amount).sort((a, b) => a - b);
}

const version = fc
  .record({ key: fc.integer({ min: 0, max: 49 }), day: fc.integer({ min: 1, max: 6 }), amount: fc.integer({ min: 1, max: 3 }) })
  .map((one): Version => ({ day: one.day, amount: one.amount * 100 + one.key }));

test("versions in any order over any loads: every date and snapshot sees what a naive register would, and older snapshots never change", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(version, { minLength: 60, maxLength: 120 }), { minLength: 5, maxLength: 5 }), async (loads) => {
      const bench = newBench(root);
      for (const versions of loads) await loadVersions(bench, versions);
      const session = await openKnown(bench.data);
      try {
        for (const asOf of [1, 2, 3, 4, 5, 6, 7])
          for (let snapshot = 1; snapshot <= loads.length; snapshot++) {
            const rows = await session.rows<{ amount_lcu: number }>(
              "select amount_lcu from known_income($as_of, $snapshot) order by amount_lcu",
              { as_of: day(asOf), snapshot },
            );
            const known = rows.map((row) => row.amount_lcu);
            expect({ asOf, snapshot, known }).toEqual({ asOf, snapshot, known: oracle(loads, asOf, snapshot) });
          }
      } finally {
        session.close();
      }
    }),
    { numRuns: 4, seed: 11, endOnFailure: true },
  );
});

test("a row that comes late between two others takes the rest of the earlier one's interval, from its load on", async () => {
  const bench = newBench(root);
  await loadVersions(bench, [
    { day: 1, amount: 101 },
    { day: 10, amount: 301 },
  ]);
  await loadVersions(bench, [{ day: 5, amount: 201 }]);
  const columns =
    "amount_lcu, recorded_at::date::varchar as recorded, superseded_at::date::varchar as until, load_id, superseded_by_load as by, replaced_by_load as replaced";
  expect(await read(bench, `select ${columns} from income order by recorded_at, load_id`)).toEqual([
    { amount_lcu: 101, recorded: "2025-02-01", until: "2025-02-10", load_id: 1, by: 1, replaced: 2 },
    { amount_lcu: 101, recorded: "2025-02-01", until: "2025-02-05", load_id: 2, by: 2, replaced: null },
    { amount_lcu: 201, recorded: "2025-02-05", until: "2025-02-10", load_id: 2, by: 2, replaced: null },
    { amount_lcu: 301, recorded: "2025-02-10", until: null, load_id: 1, by: null, replaced: null },
  ]);
});
