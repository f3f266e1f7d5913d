import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startOf } from "./support/command-line.ts";
import { type Bench, load, newBench, writePlaces } from "./support/ingest.ts";
import { makePopulation } from "./support/population.ts";
import { startPostgres } from "./support/postgres.ts";
import { addIncome, incomeOf, incomeRegister, incomeSource, pulledContents } from "./support/pull.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

/** Pulls in a process of its own that kills itself before its nth moment. */
async function pullAndDie(bench: Bench, source: string, killAt: number): Promise<{ signal: string | null; moments: string[] }> {
  const words = [...startOf("test/support/killed-pull.ts"), bench.data.root, writePlaces(bench), source];
  const child = spawn(process.execPath, [...words, String(killAt)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  return { signal, moments: said === "" ? [] : JSON.parse(said) };
}

test("killed between any two batches or writes, the next pull makes the warehouse that an undisturbed one makes", async () => {
  const postgres = await startPostgres();
  const { url, client } = await incomeRegister(postgres, "register");
  try {
    const population = await makePopulation(join(root, "population"), { households: 100, months: 12 });
    const rows = (await incomeOf(population)).filter((row) => row.recorded_at < "2026-09-20");
    population.close();
    // Half of the register is known already; a hundred rows of the other half were recorded long before that.
    const half = rows.filter((_, at) => at >= 100 && at < rows.length / 2);
    await addIncome(client, half);
    const begun = newBench(root);
    const source = incomeSource(begun, url, { batch_rows: 400 });
    await load(begun, source);
    const atHalf = await pulledContents(begun);
    await addIncome(
      client,
      rows.filter((row) => !half.includes(row)),
    );
    const goOn = () => {
      const bench = newBench(root);
      cpSync(begun.data.root, bench.data.root, { recursive: true });
      return bench;
    };

    const undisturbed = goOn();
    const { moments } = await pullAndDie(undisturbed, source, 0);
    const whole = await pulledContents(undisturbed);
    expect(whole?.load?.map((each) => each.rows_accepted)).toEqual([half.length, rows.length - half.length]);
    expect(moments.filter((moment) => moment === "fetch").length).toBeGreaterThan(2);
    expect(moments).toEqual(expect.arrayContaining(["insert into stage", "insert into income", "insert into pull", "commit", "end"]));

    for (const [at, moment] of moments.entries()) {
      if (at !== moments.indexOf(moment) && at !== moments.lastIndexOf(moment)) continue;
      const bench = goOn();
      expect((await pullAndDie(bench, source, at + 1)).signal, moment).toBe("SIGKILL");
      expect(await pulledContents(bench), moment).toEqual(moment === "end" ? whole : atHalf);
      if (moment !== "end") await load(bench, source);
      expect(await pulledContents(bench), moment).toEqual(whole);
      if (moment === "end") await load(bench, source);
      expect(readdirSync(bench.data.spool).filter((file) => !file.includes("lock"))).toEqual([]);
      rmSync(bench.directory, { recursive: true });
    }
  } finally {
    await client.end();
    await postgres.stop();
  }
}, 600_000);
