import { sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";

/** Where a page ended, as text for the next request. `of` says what it is a position in: elsewhere it is refused. */
export function writeCursor(of: string, position: number | string): string {
  const text = JSON.stringify(position);
  return Buffer.from(`${checkOf(of, text)}${text}`).toString("base64url");
}

/** The position of a cursor; a UserError when it was changed or belongs to another question. */
export function readCursor(of: string, cursor: string): number | string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const position = text.slice(checkLength);
  if (text.slice(0, checkLength) !== checkOf(of, position) || Buffer.from(text).toString("base64url") !== cursor)
    throw new UserError("bad_cursor", "this cursor was changed, or belongs to another question; begin again without one");
  return JSON.parse(position) as number | string;
}

const checkLength = 16;

function checkOf(of: string, position: string): string {
  return sha256(`${of}\n${position}`).slice(0, checkLength);
}

/** A page of rows that have a unique key, and the cursor of the next one; null after the last. */
export function pageOf<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  { of, cursor, limit }: { of: string; cursor?: string | undefined; limit: number },
): { items: T[]; next_cursor: string | null } {
  const after = cursor === undefined ? undefined : readCursor(of, cursor);
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  if (after !== undefined && start === 0)
    throw new UserError("bad_cursor", "what this cursor points at is no longer there; begin again without one");
  const items = rows.slice(start, start + limit);
  const last = items.at(-1);
  return { items, next_cursor: last === undefined || start + limit >= rows.length ? null : writeCursor(of, keyOf(last)) };
}
