import pg from "pg";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";
import { Session } from "../../src/warehouse/session.ts";
import { loadWithPlaces } from "./ingest.ts";

// Pulls a source and kills itself before the nth moment: a batch read from PostgreSQL, or a statement that writes to the warehouse.
// Arguments: data directory, areas, source, n (0: never). Prints the moments that there were.
const [data, areas, source, killAt] = process.argv.slice(2) as [string, string, string, string];
const moments: string[] = [];

function passes(moment: string): void {
  moments.push(moment);
  if (moments.length === Number(killAt)) process.kill(process.pid, "SIGKILL");
}

const query = pg.Client.prototype.query as (...words: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...words: unknown[]) {
  const { text } = words[0] as { text?: string };
  if (text?.startsWith("fetch")) passes("fetch");
  return query.apply(this, words);
} as typeof pg.Client.prototype.query;

const run = Session.prototype.run;
Session.prototype.run = function (sql, parameters) {
  const write = /^\s*(begin|commit|insert into (?:income|load|pull|coverage|identity_household|identity_person|stage))\b/i.exec(sql)?.[1];
  if (write !== undefined) passes(write);
  return run.call(this, sql, parameters);
};

await loadWithPlaces(dataDirectory(data), areas, source);
passes("end");
process.stdout.write(JSON.stringify(moments));
