import { z } from "zod";
import { UserError } from "../../domain/errors.ts";
import type { HttpTable } from "./shapes.ts";
import type { Batch } from "./spool.ts";

/** A page as it was read. */
export interface Page {
  batch: Batch;
  /** The whole reply; undefined of NDJSON. */
  reply: unknown;
}

const Row = z.record(z.string(), z.unknown());
const Cursor = z.union([z.string(), z.int(), z.null(), z.undefined()]);

/** Reads a page and checks its shape. A UserError names page, path and what was expected there, never a value. */
export function readPage(body: Uint8Array, table: HttpTable, place: string): Page {
  const text = decoded(body, place);
  if (table.format === "ndjson") {
    const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, at: `line ${index + 1}` }]));
    return { batch: batchOf(lines.map(({ line, at }) => rowOf(parsed(line, `${place}: ${at}`), `${place}: ${at}`))), reply: undefined };
  }
  const reply = parsed(text, place);
  const rows = at(reply, table.rows);
  const path = table.rows ?? "the reply";
  if (!Array.isArray(rows)) throw wrongShape(`${place}: ${path}`, "a list of rows", rows);
  return { batch: batchOf(rows.map((row, index) => rowOf(row, `${place}: ${path}.${index}`))), reply };
}

/** The cursor at a path of a reply; null at the end. */
export function cursorAt(reply: unknown, path: string, place: string): string | null {
  const found = Cursor.safeParse(at(reply, path));
  if (!found.success) throw wrongShape(`${place}: ${path}`, "a text, a whole number or null", at(reply, path));
  return found.data === undefined || found.data === null || found.data === "" ? null : String(found.data);
}

function decoded(body: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new UserError("http_shape", `${place}: is no text in UTF-8`);
  }
}

/** The parser's words quote the text: only where it stopped is told. */
function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new UserError("http_shape", `${place}: is no JSON${position === undefined ? "" : ` (at character ${position})`}`);
  }
}

function at(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return value;
  return path.split(".").reduce<unknown>((inner, key) => {
    const isMap = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    return isMap ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}

function rowOf(value: unknown, place: string): Record<string, string | null> {
  const row = Row.safeParse(value);
  if (!row.success) throw wrongShape(place, "a map of names and values", value);
  return Object.fromEntries(Object.entries(row.data).map(([name, inner]) => [name, textOf(inner, `${place}.${name}`)]));
}

/** A value as text; lists and maps as JSON. */
function textOf(value: unknown, place: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new UserError("http_shape", `${place}: is a number too long to be read exactly; the server must send it as text`);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function batchOf(rows: readonly Record<string, string | null>[]): Batch {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
  return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
}

function wrongShape(place: string, expected: string, found: unknown): UserError {
  const kinds: Record<string, string> = {
    undefined: "nothing",
    object: "a map",
    string: "a text",
    number: "a number",
    boolean: "true or false",
  };
  const kind = found === null ? "null" : Array.isArray(found) ? "a list" : kinds[typeof found];
  return new UserError("http_shape", `${place}: expected ${expected}, found ${kind}`);
}
