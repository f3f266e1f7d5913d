import { join } from "node:path";

/** Runs one statement with `$1`, `$2`... bound. JSON goes in as text, lists of texts as arrays, times as ISO text. */
export interface Rows {
  rows<T extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}

/** The operations store: PostgreSQL, or PGlite embedded in the data directory. Both speak one dialect and give values of one kind. */
export interface Store extends Rows {
  kind: "postgresql" | "pglite";
  /** Runs `work` in one transaction, rolled back when it throws. All of its statements go through `transaction`, none through the store. */
  transaction<T>(work: (transaction: Rows) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The directory that a whole PGlite store has, below the store's; a store whose making was cut short has none. */
export const pgliteDirectory = (directory: string) => join(directory, "pglite");

const asText = (value: string) => value;

/** How values are read, by PostgreSQL's type numbers: what the two drivers would each read in their own way. */
export const parsers: Readonly<Record<number, (value: string) => unknown>> = {
  20: wholeNumber, // int8
  114: (value) => JSON.parse(value), // json
  1082: asText, // date, as YYYY-MM-DD
  1114: asText, // timestamp
  1184: isoTime, // timestamptz
  1700: asText, // numeric
  3802: (value) => JSON.parse(value), // jsonb
};

/** Said once on each connection, since texts of times depend on it. */
export const sessionSettings = "set time zone 'UTC'; set datestyle to 'ISO, YMD'";

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large for a number; cast it to text in SQL`);
  return number;
}

/** `2026-01-02 03:04:05.678+00` as `2026-01-02T03:04:05.678Z`, in UTC, to the millisecond. */
function isoTime(value: string): string {
  return new Date(value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).toISOString();
}
