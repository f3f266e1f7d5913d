import { open } from "node:fs/promises";
import { DataType, RecordBatchReader, type Schema, type Vector } from "apache-arrow";
import { UserError } from "../../domain/errors.ts";
import { identifier, quoted } from "../../warehouse/session.ts";
import type { Part, Reader } from "./reader.ts";

const rowsPerPart = 8192;

/** Reads Arrow IPC, files and streams, a record batch at a time; nothing else of a file is in memory. */
export async function arrowReader(files: readonly string[]): Promise<Reader> {
  const columns = new Map<string, string>();
  for (const file of files) {
    const names = await withBatches(file, async (reader) => sqlTypes(reader.schema, file));
    if (columns.size > 0 && [...names].join() !== [...columns].join())
      throw new UserError("bad_arrow", `${file}: its columns are not those of ${files[0]}`);
    for (const [name, type] of names) columns.set(name, type);
  }
  return {
    columns,
    async *parts() {
      for (const [index, file] of files.entries()) yield* partsOf(file, index, columns);
    },
    brokenLines: async () => [],
  };
}

async function* partsOf(path: string, index: number, columns: ReadonlyMap<string, string>): AsyncGenerator<Part> {
  const structure = [...columns].map(([name, type]) => `${JSON.stringify(name)}: ${JSON.stringify(type)}`).join(", ");
  const sql = `
    select ${index} as _file, _record, ${[...columns.keys()].map(identifier).join(", ")}
    from (select unnest(from_json($batch::varchar, ${quoted(`[{"_record": "BIGINT", ${structure}}]`)}), recursive := true))`;
  const handle = await open(path);
  try {
    const reader = await RecordBatchReader.from(handle);
    let before = 0;
    for await (const batch of reader) {
      for (let from = 0; from < batch.numRows; from += rowsPerPart) {
        const slice = batch.slice(from, Math.min(batch.numRows, from + rowsPerPart));
        const vectors = [...columns.keys()].map((name) => [name, slice.getChild(name)] as const);
        const rows = Array.from({ length: slice.numRows }, (_, row) => ({
          _record: before + from + row + 1,
          ...Object.fromEntries(vectors.map(([name, vector]) => [name, plain(vector, row)])),
        }));
        yield { sql, parameters: { batch: JSON.stringify(rows) } };
      }
      before += batch.numRows;
    }
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function withBatches<T>(path: string, use: (reader: { schema: Schema }) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    return await use(reader);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("bad_arrow", `${path}: is not an Arrow IPC file or stream (${(cause as Error).message})`, { cause });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function sqlTypes(schema: Schema, path: string): Map<string, string> {
  return new Map(
    schema.fields.map((field) => [
      field.name,
      sqlType(DataType.isDictionary(field.type) ? field.type.dictionary : field.type, `${path}: ${field.name}`),
    ]),
  );
}

function sqlType(type: DataType, place: string): string {
  if (DataType.isInt(type)) return "BIGINT";
  if (DataType.isFloat(type)) return "DOUBLE";
  if (DataType.isBool(type)) return "BOOLEAN";
  if (DataType.isDate(type)) return "DATE";
  if (DataType.isTimestamp(type)) return type.timezone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isNull(type)) return "VARCHAR";
  throw new UserError("bad_arrow", `${place}: the type ${type} is not supported; write it as text, a number, a date or true and false`);
}

function plain(vector: Vector | null, row: number): unknown {
  const value: unknown = vector?.get(row) ?? null;
  if (value === null || vector === null) return null;
  const type = DataType.isDictionary(vector.type) ? vector.type.dictionary : vector.type;
  if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (DataType.isTimestamp(type)) return new Date(Number(value)).toISOString().slice(0, type.timezone ? 24 : 23);
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? null : String(value);
  return typeof value === "bigint" ? value.toString() : value;
}
