import { existsSync } from "node:fs";
import { didYouMean, UserError } from "../domain/errors.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";

/** Texts that stand for an unknown value in CSV. */
const unknownTexts = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None"];
const numberTypes = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|BOOLEAN)$/;

interface FlatColumn {
  name: string;
  type: string;
}

/** A CSV or Parquet file as a table, rows in the file's order and numbered from 1. Close it when done. */
export class FlatFile {
  readonly path: string;
  readonly session: Session;
  readonly rowCount: number;
  readonly #columns: readonly FlatColumn[];

  constructor(path: string, session: Session, columns: readonly FlatColumn[], rowCount: number) {
    this.path = path;
    this.session = session;
    this.#columns = columns;
    this.rowCount = rowCount;
  }

  get names(): string[] {
    return this.#columns.map((column) => column.name);
  }

  /** Refuses names that are no columns of the file. `option` says where they were asked for. */
  require(names: readonly string[], option: string): void {
    const known = new Set(this.names);
    const absent = names.filter((name) => !known.has(name));
    if (absent.length === 0) return;
    const said = absent.map((name) => `${name}${didYouMean(name, known)}`).join(", ");
    throw new UserError("no_column", `${this.path} has no column ${said} (${option}); it has: ${[...known].join(", ")}`);
  }

  /** Columns as doubles, true as 1, NaN where unknown. Values that are no numbers are a UserError that names column, row and value. */
  async numbers(names: readonly string[], advice: string): Promise<Float64Array[]> {
    this.require(names, "wanted as a number");
    if (names.length === 0) return [];
    await this.#requireNumbers(names, advice);
    const selected = names.map((name, index) => `${this.#asNumber(name)} as "${index}"`);
    const { numbers } = await this.session.columns(`select ${selected.join(", ")} from flat order by rowid`);
    return names.map((_, index) => numbers[String(index)] as Float64Array);
  }

  /** A column as text, null where unknown. */
  async texts(name: string, option: string): Promise<(string | null)[]> {
    this.require([name], option);
    const { texts } = await this.session.columns(`select ${identifier(name)}::varchar as text from flat order by rowid`);
    return texts["text"] as (string | null)[];
  }

  /** The label: 0, 1, true or false in every row, anything else is a UserError that names the row. */
  async label(name: string): Promise<Uint8Array> {
    this.require([name], "--label");
    const [values] = (await this.numbers([name], "a label is 0 or 1, true or false")) as [Float64Array];
    const row = values.findIndex((value) => value !== 0 && value !== 1);
    if (row >= 0) {
      const value = Number.isNaN(values[row]) ? "unknown" : values[row];
      throw new UserError(
        "bad_label",
        `${this.path}, column ${name}, row ${row + 1}: the label is ${value}; give 0 or 1, and leave out rows whose outcome is unknown`,
      );
    }
    return Uint8Array.from(values);
  }

  close(): void {
    this.session.close();
  }

  #asNumber(name: string): string {
    const type = this.#columns.find((column) => column.name === name)?.type ?? "";
    const column = identifier(name);
    if (numberTypes.test(type)) return `${column}::double`;
    const text = `trim(${column}::varchar)`;
    return `coalesce(try_cast(${text} as double), case lower(${text}) when 'true' then 1 when 'false' then 0 end)::double`;
  }

  async #requireNumbers(names: readonly string[], advice: string): Promise<void> {
    const isBad = (name: string) => `trim(${identifier(name)}::varchar) <> '' and ${this.#asNumber(name)} is null`;
    const firsts = names.map((name, index) => `min(rowid) filter (where ${isBad(name)}) as "${index}"`);
    const found = await this.session.row<Record<string, number | null>>(`select ${firsts.join(", ")} from flat`);
    const bad = names.filter((_, index) => found[String(index)] !== null);
    if (bad[0] === undefined) return;
    const row = found[String(names.indexOf(bad[0]))] as number;
    const value = await this.session.value<string>(`select ${identifier(bad[0])}::varchar from flat where rowid = $row`, { row });
    const others = bad.length > 1 ? ` Also not numbers: ${bad.slice(1).join(", ")}.` : "";
    throw new UserError("not_a_number", `${this.path}, column ${bad[0]}, row ${row + 1}: "${value}" is not a number; ${advice}.${others}`);
  }
}

/** Opens a .csv, .tsv (also .gz) or .parquet file. A file that is absent, empty or broken is a UserError. */
export async function openFlatFile(path: string): Promise<FlatFile> {
  if (!existsSync(path)) throw new UserError("no_file", `${path} does not exist`);
  const session = await openDatabase(":memory:", { mode: "write" });
  try {
    await session.run(`create temp table flat as select * from ${reader(path)}`).catch((error: Error) => {
      throw new UserError("bad_file", `${path} could not be read: ${error.message.split("\nin: ")[0]}`, { cause: error });
    });
    const columns = await session.rows<{ column_name: string; column_type: string }>("describe flat");
    const rowCount = await session.value<number>("select count(*)::integer from flat");
    if (rowCount === 0) throw new UserError("empty_file", `${path} has no rows`);
    return new FlatFile(
      path,
      session,
      columns.map((column) => ({ name: column.column_name, type: column.column_type })),
      rowCount,
    );
  } catch (error) {
    session.close();
    throw error;
  }
}

function reader(path: string): string {
  if (path.endsWith(".parquet")) return `read_parquet(${quoted(path)})`;
  if (/\.(csv|tsv|txt)(\.gz)?$/.test(path))
    return `read_csv(${quoted(path)}, header = true, all_varchar = true, nullstr = [${unknownTexts.map(quoted).join(", ")}])`;
  throw new UserError("bad_file", `${path}: a file's name ends in .csv, .tsv or .parquet here`);
}
