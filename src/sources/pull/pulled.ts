import type { Reader } from "../readers/reader.ts";
import type { FileRead } from "../source-files.ts";
import type { Source, TableSource } from "../source-shapes.ts";
import type { Spool } from "./spool.ts";

/** What is pulled, and with which means. */
export interface Pull {
  source: Source;
  table: TableSource;
  environment: NodeJS.ProcessEnv;
  now: () => Date;
  /** Hash of what makes rows of what is read; another definition reads everything again. */
  definition: string;
  /** The latest pull by the same definition. */
  last: LastPull | undefined;
  /** Where the rows lie until they are loaded. */
  spoolFile: string;
}

/** What the warehouse remembers of a pull. */
export interface LastPull {
  /** Microseconds since 1970 of the newest row. */
  watermark: number | null;
  /** Transactions before this one were over. */
  transaction: number | null;
  /** When everything was read last, ISO. */
  full_at: string | null;
  load_id: number;
}

/** Rows pulled from a server, not loaded yet. */
export interface Pulled {
  file: FileRead;
  reader: Reader;
  spool: Spool;
  definition: string;
  isFull: boolean;
  watermark: number | null;
  transaction: number | null;
  last: LastPull | undefined;
}
