import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Row } from "../src/warehouse/session.ts";
import { type Bench, newBench, read, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const households = 3000;

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

function start(bench: Bench, source: string): { kill(): void; exited: Promise<number | null> } {
  const words = ["src/cli/aldyn.js", "ingest", "--source", source, "--data", bench.data.root, "--threads", "2"];
  const child = spawn(process.execPath, words, { cwd: projectFile("."), stdio: "ignore" });
  return { kill: () => child.kill("SIGKILL"), exited: once(child, "exit").then(([code]) => code as number | null) };
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
  const started = Date.now();
  expect(await start(undisturbed, both).exited).toBe(0);
  const duration = Date.now() - started;
  const afterBoth = await contents(undisturbed);
  const half = newBench(root);
  expect(await start(half, first).exited).toBe(0);
  const afterFirst = await contents(half);
  expect([afterFirst.load?.length, afterBoth.load?.length]).toEqual([1, 2]);
  const corrected = Array.from({ length: households }, (_, h) => h).filter((h) => h % 60 >= 31); // recorded on 1 February or later
  expect(afterBoth.load?.[1]?.rows_superseding).toBe(corrected.length * 24);

  let unfinished = 0;
  for (const share of [0.55, 0.7, 0.85]) {
    const bench = newBench(root);
    const child = start(bench, both);
    await sleep(duration * share);
    child.kill();
    await child.exited;
    const found = await contents(bench);
    expect([nothing, afterFirst, afterBoth]).toContainEqual(found);
    if (found.load?.length !== 2) unfinished += 1;
    expect(await start(bench, both).exited).toBe(0);
    expect(await contents(bench)).toEqual(afterBoth);
    rmSync(bench.directory, { recursive: true });
  }
  expect(unfinished).toBeGreaterThan(0);
}, 600_000);
