import { dataDirectory } from "../../src/warehouse/data-directory.ts";
import { Session } from "../../src/warehouse/session.ts";
import { loadWithPlaces } from "./ingest.ts";

// Loads a source and kills itself at the nth statement that writes to the warehouse, or some milliseconds into it.
// Arguments: data directory, areas, source, n (0: never), milliseconds. Prints how many such statements there were.
const [data, areas, source, killAt, delay] = process.argv.slice(2) as [string, string, string, string, string];
const writes = /^\s*(begin|commit|update income|insert into (income|load|coverage|identity_household) )/i;
let seen = 0;

const run = Session.prototype.run;
Session.prototype.run = function (sql, parameters) {
  if (writes.test(sql) && ++seen === Number(killAt)) {
    if (delay === "0") process.kill(process.pid, "SIGKILL");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(delay));
  }
  return run.call(this, sql, parameters);
};

await loadWithPlaces(dataDirectory(data), areas, source);
process.stdout.write(String(seen));
