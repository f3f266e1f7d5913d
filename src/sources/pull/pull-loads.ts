import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../domain/errors.ts";
import type { DataDirectory } from "../../warehouse/data-directory.ts";
import { type OpenOptions, openDatabase } from "../../warehouse/database.ts";
import { takeLock } from "../../warehouse/file-lock.ts";
import { definitionHash } from "../ledger.ts";
import type { Pseudonyms } from "../pseudonym.ts";
import type { Source, TableSource } from "../source-shapes.ts";
import type { LastPull, Pull, Pulled } from "./pulled.ts";
import { lastPull } from "./pulls.ts";

/** One table of a source that is to be loaded. */
export interface Load {
  source: Source;
  table: TableSource;
  pseudonyms: Pseudonyms;
}

interface Surroundings {
  data: DataDirectory;
  environment: NodeJS.ProcessEnv;
  now: () => Date;
  database?: Omit<OpenOptions, "mode">;
  onPull?: (at: { source: string; table: string }) => void;
}

/**
 * Pulls those of the loads that come from servers, then does `work` with what came, then throws it away. Two processes that pull the same source take
 * turns. When a pull fails, what an HTTP server has sent stays for the next attempt.
 */
export async function withPulled<T>(
  surroundings: Surroundings,
  loads: readonly Load[],
  work: (pulled: ReadonlyMap<Load, Pulled>) => Promise<T>,
): Promise<T> {
  const pulling = loads.filter(({ table }) => table.postgres !== undefined || table.http !== undefined);
  const letGo = await lockSources(surroundings.data, [...new Set(pulling.map(({ source }) => source.source))].sort());
  const pulled = new Map<Load, Pulled>();
  try {
    const last = await lastPulls(surroundings, pulling);
    for (const load of pulling) {
      surroundings.onPull?.({ source: load.source.source, table: load.table.table });
      pulled.set(load, await pullOne(surroundings, load, last.get(load)));
    }
  } catch (error) {
    for (const { spool } of pulled.values()) await spool.leave();
    for (const release of letGo) release();
    throw error;
  }
  try {
    return await work(pulled);
  } finally {
    for (const { spool } of pulled.values()) await spool.discard();
    for (const release of letGo) release();
  }
}

async function pullOne({ data, environment, now }: Surroundings, load: Load, last: LastPull | undefined): Promise<Pulled> {
  const { source, table, pseudonyms } = load;
  const nth = source.tables.indexOf(table);
  const spoolFile = join(data.spool, `${source.source}-${nth}-${table.table}`);
  const pull: Pull = {
    source,
    table,
    environment,
    now,
    last,
    spoolFile,
    definition: definitionHash(source, table, pseudonyms.fingerprint),
  };
  // The clients are read when they are needed: most loads are of files.
  return table.postgres === undefined
    ? (await import("./http.ts")).pullHttp(pull, pseudonyms)
    : (await import("./postgres.ts")).pullPostgres(pull);
}

/** What the warehouse remembers; it is let go before anything is pulled. */
async function lastPulls({ data, database }: Surroundings, pulling: readonly Load[]): Promise<Map<Load, LastPull>> {
  const found = new Map<Load, LastPull>();
  if (pulling.length === 0 || !existsSync(data.warehouse)) return found;
  const session = await openDatabase(data.warehouse, { ...database, mode: "read" });
  try {
    const made = await session.value<number>("select count(*)::integer from duckdb_tables() where table_name = 'pull'");
    for (const load of made === 0 ? [] : pulling) {
      const { source, table, pseudonyms } = load;
      const last = await lastPull(session, source.source, table.table, definitionHash(source, table, pseudonyms.fingerprint));
      if (last !== undefined) found.set(load, last);
    }
  } finally {
    session.close();
  }
  return found;
}

const hourInSeconds = 3600;

async function lockSources(data: DataDirectory, sources: readonly string[]): Promise<(() => void)[]> {
  const letGo: (() => void)[] = [];
  try {
    for (const source of sources)
      letGo.push(
        await takeLock({
          directory: data.spool,
          name: `${source}-lock`,
          doing: `pulling ${source}`,
          waitSeconds: hourInSeconds,
          refused: (holder, cause) => new UserError("pull_locked", `${source} is being pulled by ${holder}; wait for it to end`, { cause }),
        }),
      );
  } catch (error) {
    for (const release of letGo) release();
    throw error;
  }
  return letGo;
}
