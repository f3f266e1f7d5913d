import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";

/** A node of an expression's syntax tree. */
export interface ExpressionNode {
  class: string;
  type: string;
  /** Character where it stands in the text, from 0; undefined when the parser does not say. */
  at: number | undefined;
  /** Of a column, parameter or function. */
  name?: string;
  isOperator: boolean;
  constant?: string | number | boolean;
  children: ExpressionNode[];
}

interface RawNode {
  class: string;
  type: string;
  query_location?: number;
  [key: string]: unknown;
}

const before = "select (";
/** Keys of a statement that reads one value from one table, and of a function without any clause. */
const plainStatement = new Set(["type", "select_list", "from_table", "aggregate_handling"]);
const plainFunction = new Set([
  "class",
  "type",
  "query_location",
  "function_name",
  "children",
  "order_bys",
  "distinct",
  "is_operator",
  "export_state",
]);

/** The syntax tree of one SQL expression, by DuckDB's parser. A text that is not one expression is a UserError that names place and character. */
export async function readTree(session: Session, text: string, place: string): Promise<ExpressionNode> {
  const sql = `${before}${text}\n) from features`;
  const json = await session.value<string>("select json_serialize_sql($sql::varchar, skip_null := true, skip_empty := true)", { sql });
  const parsed = JSON.parse(json) as {
    error: boolean;
    error_message?: string;
    position?: string;
    statements?: { node: Record<string, unknown> }[];
  };
  if (parsed.error) {
    const at = Math.min(Number(parsed.position ?? before.length) - before.length, text.length);
    throw new UserError("bad_expression", `${place}, character ${Math.max(at, 0) + 1}: ${parsed.error_message}`);
  }
  const node = parsed.statements?.[0]?.node ?? {};
  const list = node.select_list as RawNode[] | undefined;
  const from = node.from_table as RawNode | undefined;
  const isPlain = parsed.statements?.length === 1 && Object.keys(node).every((key) => plainStatement.has(key));
  if (!isPlain || list?.length !== 1 || from?.type !== "BASE_TABLE" || from.table_name !== "features" || from.alias !== undefined)
    throw new UserError("bad_expression", `${place}: write one expression, without any clause of a query`);
  return readNode(list[0] as RawNode, place);
}

function readNode(raw: RawNode, place: string): ExpressionNode {
  if (raw.alias !== undefined) throw new UserError("bad_expression", `${place}: an expression has no alias ("as ${raw.alias}")`);
  const location = (raw.query_location ?? 0) - before.length;
  const node: ExpressionNode = {
    class: raw.class,
    type: raw.type,
    at: location >= 0 && location < 1e9 ? location : undefined,
    isOperator: raw.is_operator === true,
    children: childrenOf(raw).map((child) => readNode(child, place)),
  };
  if (raw.class === "COLUMN_REF") node.name = (raw.column_names as string[]).join(".");
  if (raw.class === "PARAMETER") node.name = String(raw.identifier);
  if (raw.class === "FUNCTION") {
    node.name = String(raw.function_name);
    const isPlain = raw.distinct === false && Object.keys(raw).every((key) => plainFunction.has(key));
    if (!isPlain) node.class = "FUNCTION_WITH_A_CLAUSE";
  }
  if (raw.class === "CAST") readTruth(raw, node);
  const constant = raw.class === "CONSTANT" ? constantOf(raw.value as RawConstant) : undefined;
  if (constant !== undefined) node.constant = constant;
  return node;
}

/** `true` and `false` reach the tree as a cast of 't' and 'f'. */
function readTruth(raw: RawNode, node: ExpressionNode): void {
  const child = raw.child as RawNode;
  const text = child.class === "CONSTANT" ? constantOf(child.value as RawConstant) : undefined;
  const isTruth = (raw.cast_type as { id: string }).id === "BOOLEAN" && (text === "t" || text === "f");
  if (!isTruth) return;
  node.class = "CONSTANT";
  node.constant = text === "t";
  node.children = [];
}

interface RawConstant {
  type: { id: string; type_info?: { scale: number } };
  is_null: boolean;
  value?: string | number | boolean;
}

function constantOf({ type, is_null, value }: RawConstant): string | number | boolean | undefined {
  if (is_null || value === undefined) return undefined;
  if (type.id === "VARCHAR" || type.id === "BOOLEAN") return value;
  if (type.id === "INTEGER" || type.id === "BIGINT") return Number(value);
  return type.id === "DECIMAL" ? Number(value) / 10 ** (type.type_info?.scale ?? 0) : undefined;
}

function childrenOf(raw: RawNode): RawNode[] {
  if (raw.class === "COMPARISON") return [raw.left as RawNode, raw.right as RawNode];
  if (raw.class === "BETWEEN") return [raw.input, raw.lower, raw.upper] as RawNode[];
  if (raw.class === "CAST") return [raw.child as RawNode];
  if (raw.class === "CASE") {
    const checks = raw.case_checks as { when_expr: RawNode; then_expr: RawNode }[];
    return [...checks.flatMap((check) => [check.when_expr, check.then_expr]), raw.else_expr as RawNode];
  }
  return (raw.children as RawNode[] | undefined) ?? [];
}
