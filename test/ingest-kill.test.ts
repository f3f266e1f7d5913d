import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Row } from "../src/warehouse/values.ts";
import { startOf } from "./support/command-line.ts";
import { type Bench, load, newBench, read, writePlaces, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const households = 300;

/** A register of two loads, the second of which corrects rows of the first, some of them late; and one of the first load alone. */
async function writeRegister(bench: Bench): Promise<{ both: string; first: string }> {
  const session = await openDatabase(":memory:", { mode: "write" });
  const rows = (amount: string, recorded: string) =>
    `select 'h' || h as household_id, (date '2024-01-01' + to_months(m::integer))::date as month, 'wage' as kind, ${amount} as amount_lcu, ${recorded} as recorded_at
     from range(${households}) as a(h), range(24) as b(m) order by h, m`;
  await session.copyToParquet(rows("1000 + h + m", "date '2026-02-01'"), join(bench.directory, "first.parquet"));
  await session.copyToParquet(rows("2000 + h + m", "date '2026-01-01' + (h % 60)::integer"), join(bench.directory, "second.parquet"));
  session.close();
  const tables = ["first", "second"].map((name) => ({ table: "income", files: `${name}.parquet` }));
  const first = join(bench.directory, "first.yaml");
  renameSync(writeSource(bench, "wages", { tables: tables.slice(0, 1) }), first);
  return { both: writeSource(bench, "wages", { tables }), first };
}

/** Loads in a process of its own that kills itself at its nth write, or some milliseconds into it. Returns its signal and how many writes it saw. */
async function loadAndDie(
  bench: Bench,
  source: string,
  killAt: number,
  milliseconds: number,
): Promise<{ signal: string | null; writes: number }> {
  const words = [
    ...startOf("test/support/killed-ingest.ts"),
    bench.data.root,
    writePlaces(bench),
    source,
    String(killAt),
    String(milliseconds),
  ];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  return { signal, writes: Number(said) };
}

/** Ordered content of what a load writes, times apart; nothing when not even the tables are all there. */
async function contents(bench: Bench): Promise<Record<string, Row[]>> {
  const tables = ["income", "identity_household", "coverage", "load"];
  const content: Record<string, Row[]> = {};
  if (!existsSync(bench.data.warehouse)) return nothing;
  const made = await read(
    bench,
    `select count(*)::integer as n from duckdb_tables() where table_name in (${tables.map((each) => `'${each}'`).join()})`,
  );
  if (made[0]?.n !== tables.length) return nothing;
  for (const table of tables.slice(0, 3))
    content[table] = await read(
      bench,
      `select count(*)::integer as n, md5(string_agg(t::varchar, ';' order by t::varchar)) as hash from ${table} as t`,
    );
  content.load = await read(
    bench,
    "select load_id, content_hash, rows_accepted, rows_superseding, rows_unchanged from load order by load_id",
  );
  return content;
}

const empty = [{ n: 0, hash: null }];
const nothing = { income: empty, identity_household: empty, coverage: empty, load: [] };

test("killed at any moment, the warehouse is as before or as after a load, and loading again ends as if undisturbed", async () => {
  const undisturbed = newBench(root);
  const { both, first } = await writeRegister(undisturbed);
  const { writes } = await loadAndDie(undisturbed, both, 0, 0);
  const afterBoth = await contents(undisturbed);
  const half = newBench(root);
  await load(half, first);
  const afterFirst = await contents(half);
  expect([afterFirst.load?.length, afterBoth.load?.length]).toEqual([1, 2]);
  const corrected = Array.from({ length: households }, (_, h) => h).filter((h) => h % 60 >= 31); // recorded on 1 February or later
  expect(afterBoth.load?.[1]?.rows_superseding).toBe(corrected.length * 24);

  expect(writes).toBeGreaterThan(10);
  const found = new Set<number>();
  for (let killAt = 2; killAt <= writes; killAt++) {
    const bench = newBench(root);
    const { signal } = await loadAndDie(bench, both, killAt, killAt % 2 === 0 ? 0 : 4);
    expect(signal).toBe("SIGKILL");
    const left = await contents(bench);
    expect([nothing, afterFirst, afterBoth]).toContainEqual(left);
    found.add(left.load?.length ?? 0);
    await load(bench, both);
    expect(await contents(bench)).toEqual(afterBoth);
    rmSync(bench.directory, { recursive: true });
  }
  expect([...found].sort().slice(0, 2)).toEqual([0, 1]);
}, 600_000);
