import type { Session } from "../../warehouse/session.ts";
import type { Parameters } from "../../warehouse/values.ts";

/** Some rows of a source: a select of `_file` (index of the file), `_record` (number in it, from 1) and the source's columns. */
export interface Part {
  sql: string;
  parameters: Parameters;
}

/** A line that could not be read as a record. */
export interface BrokenLine {
  file: number;
  line: number;
  /** Column where reading stopped, where that is known. */
  column: string | null;
  fault: string;
  /** Readable records before it in its file; null when it was itself counted as a record. */
  recordsBefore: number | null;
}

/** The files of a table of a source, read as rows. May be read more than once. */
export interface Reader {
  /** DuckDB type of each source column, by name. */
  columns: ReadonlyMap<string, string>;
  /** The rows, in parts; each part is used before the next is asked for. */
  parts(): AsyncIterable<Part>;
  /** Lines of the latest reading that are no records; forgets them. */
  brokenLines(session: Session): Promise<BrokenLine[]>;
}
