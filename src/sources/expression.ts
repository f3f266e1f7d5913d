import { didYouMean, UserError } from "../domain/errors.ts";
import { identifier, type Session } from "../warehouse/session.ts";

/** An SQL expression over a source's columns, checked. */
export interface SourceExpression {
  /** The expression, its text columns read as numbers where it calculates with them. Never fails: what cannot be computed is NULL. */
  sql: string;
  /** Source columns it reads, as the source spells them. */
  columns: string[];
  /** Whether it gives NULL on purpose (case, nullif), so that NULL from known columns is no fault. */
  mayBeNull: boolean;
}

/** Functions and operators an expression may call, by DuckDB's names: each a function of its arguments alone. */
export const functions = new Set(
  `+ - * / // % || ~~ !~~ ~~* !~~* abs ceil ceiling concat concat_ws contains date_part date_trunc day floor greatest if ifnull last_day least
   left length lower lpad ltrim make_date month not nullif prefix regexp_extract regexp_full_match regexp_matches regexp_replace replace right
   round rpad rtrim split_part starts_with strftime substr substring suffix to_days to_months to_years trim trunc try_strptime upper year`.split(
    /\s+/,
  ),
);
const calculating = new Set(["+", "-", "*", "/", "//", "%", "abs", "ceil", "ceiling", "floor", "round"]);
const classes = new Set(["FUNCTION", "OPERATOR", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "CONSTANT", "COLUMN_REF"]);

interface Node {
  class?: string;
  function_name?: string;
  column_names?: string[];
  try_cast?: boolean;
  query_location?: number;
  child?: Node;
  [key: string]: unknown;
}

/** Checks an expression by its syntax tree: columns of the source, constants and harmless functions only. A UserError names the place and the offender. */
export async function parseExpression(
  session: Session,
  text: string,
  place: string,
  sourceColumns: ReadonlyMap<string, string>,
): Promise<SourceExpression> {
  const fail = (message: string) => new UserError("bad_expression", `${place}: "${text}": ${message}`);
  const root = await syntaxTree(session, text, fail);
  const used = new Set<string>();
  const numbers: { at: number; name: string }[] = [];
  let mayBeNull = false;

  const visit = (node: Node, isOperand: boolean): void => {
    if (node.class !== undefined && !classes.has(node.class))
      throw fail(`${node.class.toLowerCase()} is not allowed; use columns of the source and plain functions`);
    if (node.class === "COLUMN_REF") {
      const name = columnNamed(node.column_names ?? [], sourceColumns, fail);
      used.add(name);
      if (isOperand && sourceColumns.get(name) === "VARCHAR") numbers.push({ at: node.query_location as number, name });
    }
    const called = node.class === "FUNCTION" ? (node.function_name ?? "") : undefined;
    if (called !== undefined && !functions.has(called)) throw fail(`the function ${called} is not allowed${didYouMean(called, functions)}`);
    if (node.class === "CAST" && node.try_cast !== true && holdsColumn(node))
      throw fail("write try_cast(... as ...), so that one bad value does not end the load");
    if (node.class === "CASE" || called === "nullif" || called === "if") mayBeNull = true;
    const operands = called !== undefined && calculating.has(called);
    for (const inner of innerNodes(node)) visit(inner, operands);
  };
  visit(root, false);
  return { sql: `try(${withNumbers(text, numbers)}\n)`, columns: [...used], mayBeNull };
}

async function syntaxTree(session: Session, text: string, fail: (message: string) => UserError): Promise<Node> {
  const json = await session.value<string>("select json_serialize_sql($query::varchar, skip_default := true, skip_null := true)::varchar", {
    query: prefix + text,
  });
  const tree = JSON.parse(json) as { error: boolean; error_message?: string; statements?: { node: Record<string, unknown> }[] };
  if (tree.error) throw fail(String(tree.error_message).split("\n")[0] ?? "is not SQL");
  const select = tree.statements?.[0]?.node;
  const list = select?.select_list as Node[] | undefined;
  const parts = Object.keys(select ?? {}).filter(
    (key) => !["type", "cte_map", "select_list", "from_table", "aggregate_handling"].includes(key),
  );
  const isBare = (select?.from_table as { type?: string })?.type === "EMPTY" && parts.length === 0;
  if (tree.statements?.length !== 1 || list?.length !== 1 || !isBare) throw fail("is not one expression");
  return list[0] as Node;
}

const prefix = "select ";

function innerNodes(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => key !== "value" && key !== "cast_type" && key !== "order_bys")
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Node => typeof value === "object" && value !== null);
}

function holdsColumn(node: Node): boolean {
  return node.class === "COLUMN_REF" || innerNodes(node).some(holdsColumn);
}

function columnNamed(names: string[], columns: ReadonlyMap<string, string>, fail: (message: string) => UserError): string {
  const [name = ""] = names;
  const found = columns.has(name) ? name : [...columns.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
  if (names.length !== 1 || found === undefined)
    throw fail(
      `the source has no column ${names.join(".")}${didYouMean(names.join("."), columns.keys())}; it has ${[...columns.keys()].join(", ")}`,
    );
  return found;
}

/** The text with the columns at those byte offsets read as decimal numbers. */
function withNumbers(text: string, numbers: readonly { at: number; name: string }[]): string {
  let bytes = Buffer.from(prefix + text);
  for (const { at, name } of [...numbers].sort((a, b) => b.at - a.at)) {
    const rest = bytes.subarray(at).toString();
    const token = /^"(?:[^"]|"")*"|^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(rest)?.[0] ?? name;
    const number = Buffer.from(`try_cast(${identifier(name)} as decimal(28, 6))`);
    bytes = Buffer.concat([bytes.subarray(0, at), number, bytes.subarray(at + Buffer.byteLength(token))]);
  }
  return bytes.toString().slice(prefix.length);
}
