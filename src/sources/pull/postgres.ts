import type pg from "pg";
import { didYouMean, UserError } from "../../domain/errors.ts";
import { identifier } from "../../warehouse/session.ts";
import { spooledReader } from "../readers/spooled.ts";
import { withPostgres } from "./postgres-client.ts";
import type { LastPull, Pull, Pulled } from "./pulled.ts";
import type { PostgresTable } from "./shapes.ts";
import { passingKey, Spool } from "./spool.ts";

/** OIDs whose values keep their type in the warehouse; everything else is text as PostgreSQL writes it. */
const types: Readonly<Record<number, string>> = { 16: "BOOLEAN", 20: "BIGINT", 21: "BIGINT", 23: "BIGINT" };
/** date, timestamp, timestamptz */
const moments: Readonly<Record<number, string>> = { 1082: "date", 1114: "timestamp", 1184: "timestamptz" };

/** Reads what is new since the last pull, or everything, in batches in one snapshot of the server. */
export async function pullPostgres(pull: Pull): Promise<Pulled> {
  const table = pull.table.postgres as PostgresTable;
  const spool = await Spool.open(pull.spoolFile, passingKey(), "postgresql");
  try {
    return await withPostgres(pull.source, pull.environment, async (client) => {
      await client.query(settings);
      const relation = await describe(client, pull, table);
      const range = await rangeOf(client, pull, table, relation);
      const watermark = await copyRows(client, spool, { table, relation, where: range.where, now: pull.now() });
      await client.query("commit");
      const words = `postgresql: ${table.table ?? "query"}`;
      return {
        file: await spool.summary(words),
        reader: spooledReader(spool, relation.columns, words),
        spool,
        definition: pull.definition,
        isFull: range.where === undefined,
        watermark: watermark ?? pull.last?.watermark ?? null,
        transaction: range.transaction,
        last: pull.last,
      };
    });
  } catch (error) {
    await spool.discard();
    throw error;
  }
}

/** One snapshot for all batches; texts of dates as ISO, moments in universal time; whole tables always from their first block. */
const settings = `
  begin transaction isolation level repeatable read, read only;
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'iso_8601';
  set local timezone = 'UTC';
  set local synchronize_seqscans = off`;

interface Relation {
  /** SQL to select from, under the name `pulled`. */
  from: string;
  columns: Map<string, string>;
  /** SQL of the watermark and its type. */
  watermark: { sql: string; type: string } | undefined;
  /** Whether rows show the transaction that wrote them. */
  showsTransactions: boolean;
}

async function describe(client: pg.Client, pull: Pull, { table, query, watermark }: PostgresTable): Promise<Relation> {
  const name = table?.split(".").map(identifier).join(".");
  const from = `${name ?? `(${query}\n)`} as pulled`;
  const { fields } = await client.query(`select * from ${from} limit 0`);
  const columns = new Map(fields.map((field) => [field.name, types[field.dataTypeID] ?? "VARCHAR"]));
  const kind = name && (await client.query("select relkind from pg_class where oid = to_regclass($1)", [name])).rows[0]?.relkind;
  const relation = { from, columns, showsTransactions: ["r", "p", "m"].includes(kind) };
  if (watermark === false) return { ...relation, watermark: undefined };
  const place = `${pull.source.file}: ${pull.table.table}: postgres.watermark`;
  const field = fields.find((each) => each.name === watermark);
  if (field === undefined)
    throw new UserError(
      "bad_source",
      `${place}: ${table ?? "the query"} has no column ${watermark}${didYouMean(watermark, columns.keys())}; it has ${[...columns.keys()].join(", ")}. Name another, or false to read everything each time`,
    );
  const type = moments[field.dataTypeID];
  if (type === undefined) throw new UserError("bad_source", `${place}: ${watermark} is not a date or timestamp column`);
  return { ...relation, watermark: { sql: `pulled.${identifier(watermark)}`, type } };
}

/** So many transactions may lie between two pulls that a row's is still told apart: PostgreSQL counts them in 32 bits. */
const tellable = 2 ** 30;

/** Which rows are new, as SQL (undefined: all), and the transaction from which on the next pull looks. */
async function rangeOf(
  client: pg.Client,
  { last, now }: Pull,
  table: PostgresTable,
  relation: Relation,
): Promise<{ where: string | undefined; transaction: number | null }> {
  const { rows } = await client.query(
    "select txid_snapshot_xmin(txid_current_snapshot()) as oldest, txid_snapshot_xmax(txid_current_snapshot()) as next",
  );
  const transaction = relation.showsTransactions ? Number(rows[0].oldest) : null;
  const all = { where: undefined, transaction };
  const { watermark } = relation;
  if (watermark === undefined || last === undefined || last.watermark === null || isFullDue(last, table, relation, now())) return all;
  const passed = relation.showsTransactions ? Number(rows[0].next) - (last.transaction ?? Number.NEGATIVE_INFINITY) : 0;
  if (passed < 0 || passed > tellable) return all;
  const from = `${watermark.type === "timestamptz" ? "timestamptz" : "timestamp"} 'epoch' + ${last.watermark} * interval '1 microsecond'`;
  const overlap = `interval '1 hour' * ${table.overlap_hours}`;
  const late = relation.showsTransactions ? ` or age(pulled.xmin) <= age('${(last.transaction as number) % 2 ** 32}'::xid)` : "";
  return { where: `${watermark.sql} is null or ${watermark.sql} >= (${from} - ${overlap})::${watermark.type}${late}`, transaction };
}

/** A view or query does not tell which rows were committed late with old dates: those come with the next full pull. */
function isFullDue(last: LastPull, { full_every_days }: PostgresTable, { showsTransactions }: Relation, now: Date): boolean {
  const days = full_every_days ?? (showsTransactions ? undefined : 7);
  if (days === undefined) return false;
  return last.full_at === null || now.getTime() - Date.parse(`${last.full_at}Z`) >= days * 86_400_000;
}

/** Spools the rows. Returns the newest watermark among them, no later than now, so that a date in the future hides nothing. */
async function copyRows(
  client: pg.Client,
  spool: Spool,
  { table, relation, where, now }: { table: PostgresTable; relation: Relation; where: string | undefined; now: Date },
): Promise<number | null> {
  const mark = relation.watermark;
  const bounded = mark && `greatest(least(${mark.sql}, timestamptz '${now.toISOString()}'::${mark.type}), '0001-01-01'::${mark.type})`;
  const marked = mark && `case when ${mark.sql} is not null then (extract(epoch from ${bounded}) * 1000000)::bigint end`;
  await client.query(
    `declare pulled_rows no scroll cursor for select pulled.*, ${marked ?? "null"} from ${relation.from}${where === undefined ? "" : ` where ${where}`}`,
  );
  const columns = [...relation.columns.keys()];
  let newest: number | null = null;
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({ text: `fetch ${table.batch_rows} from pulled_rows`, rowMode: "array" });
    if (rows.length === 0) return newest;
    for (const row of rows) {
      const at = row.pop() ?? null;
      if (at !== null && (newest === null || Number(at) > newest)) newest = Number(at);
    }
    await spool.append({ columns, rows });
  }
}
