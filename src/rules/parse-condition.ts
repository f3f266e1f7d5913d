import { didYouMean, UserError } from "../domain/errors.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type ExpressionNode, readTree } from "./expression-tree.ts";

/** What a value is: a number, a yes or no, or a word of a category. */
export type ValueType = "number" | "boolean" | "category";

/** Names that an expression may use. */
export interface Vocabulary {
  /** Catalogue features and their types. */
  features: ReadonlyMap<string, ValueType>;
  /** What `$name` may name: the rule's own dated values and the legal parameters. */
  parameters: ReadonlySet<string>;
  /** Legal parameters that differ by region: an expression, compiled once for everybody, may not use them. */
  regional?: ReadonlySet<string>;
}

/** A place in an expression where a value is compared: what checkers find thresholds by. SQL as in `Expression`. */
export interface Atom {
  sql: string;
  /** The two sides of a comparison of numbers; undefined for words and truths. */
  sides: { left: string; right: string } | undefined;
  features: readonly string[];
  parameters: readonly string[];
}

/** A checked expression. `sql` is printed from the syntax tree, so what runs is what was checked; `$names` stand for dated values. */
export interface Expression {
  sql: string;
  type: ValueType;
  features: readonly string[];
  parameters: readonly string[];
  /** Its comparisons, in the order of the text. */
  atoms: readonly Atom[];
}

const comparisons: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "<>",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: ">",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: ">=",
};
const arithmetic = ["+", "-", "*", "/"];
/** Functions of one number. None of them can turn unknown into known, as coalesce, least and greatest would. */
const functions = ["abs", "ceil", "floor", "round"];

/**
 * Checks an SQL expression by its syntax tree: only features, `$values`, literals, comparisons, and/or/not, between, in, is null, is (not) true or false, case,
 * arithmetic and abs, ceil, floor, round. Anything else is a UserError that names `place` and the character where it stands.
 */
export async function parseExpression(session: Session, text: string, vocabulary: Vocabulary, place: string): Promise<Expression> {
  const used = { features: new Set<string>(), parameters: new Set<string>() };
  const atoms: Atom[] = [];
  const { sql, type } = print(await readTree(session, text, place));
  return { sql, type, features: [...used.features], parameters: [...used.parameters], atoms };

  function refuse(node: ExpressionNode, why: string): never {
    const at = node.at === undefined ? "" : `, character ${node.at + 1} (${text.slice(node.at, node.at + 24).trim()})`;
    throw new UserError("bad_expression", `${place}${at}: ${why}`);
  }

  function print(node: ExpressionNode): { sql: string; type: ValueType } {
    switch (node.class) {
      case "COLUMN_REF":
        return feature(node);
      case "PARAMETER":
        return parameter(node);
      case "CONSTANT":
        return { sql: typeof node.constant === "string" ? quoted(node.constant) : String(node.constant), type: constantType(node) };
      case "COMPARISON":
        return comparison(node);
      case "CONJUNCTION":
        return { sql: joined(node, node.type === "CONJUNCTION_AND" ? "and" : "or", "boolean"), type: "boolean" };
      case "OPERATOR":
        return operator(node);
      case "BETWEEN":
        return between(node);
      case "FUNCTION":
        return { sql: call(node), type: "number" };
      case "CASE":
        return choice(node);
      default:
        return refuse(node, `${node.class.toLowerCase().replaceAll("_", " ")} is not allowed in a rule`);
    }
  }

  function feature(node: ExpressionNode) {
    const name = node.name ?? "";
    const type = vocabulary.features.get(name);
    if (type === undefined) refuse(node, `${name} is not a feature of the catalogue${didYouMean(name, vocabulary.features.keys())}`);
    used.features.add(name);
    return { sql: identifier(name), type };
  }

  function parameter(node: ExpressionNode) {
    const name = node.name ?? "";
    if (vocabulary.regional?.has(name) === true)
      refuse(node, `$${name} differs by region, and an expression is one for the whole country; make what it says a feature`);
    if (!vocabulary.parameters.has(name))
      refuse(node, `$${name} is neither a dated value of this rule nor a legal parameter${didYouMean(name, vocabulary.parameters)}`);
    used.parameters.add(name);
    return { sql: `$${name}`, type: "number" as const };
  }

  function constantType(node: ExpressionNode): ValueType {
    if (typeof node.constant === "string") return "category";
    if (typeof node.constant === "boolean") return "boolean";
    return node.constant === undefined ? refuse(node, "only numbers, words and true or false may stand here") : "number";
  }

  /** The operand's SQL, when it is of the type wanted. */
  function operand(node: ExpressionNode, wanted: ValueType): string {
    const { sql, type } = print(node);
    return type === wanted ? sql : refuse(node, `a ${wanted} is wanted here, this is a ${type}`);
  }

  function joined(node: ExpressionNode, word: string, wanted: ValueType): string {
    return `(${node.children.map((child) => operand(child, wanted)).join(` ${word} `)})`;
  }

  /** `is true`, `is not true` and so on: the tree has them as a cast that is, or is not, distinct from the truth named. */
  function truthTest(node: ExpressionNode) {
    const [cast, truth] = node.children as [ExpressionNode, ExpressionNode];
    const [tested] = cast.children;
    if (cast.class !== "CAST" || tested === undefined || typeof truth.constant !== "boolean")
      return refuse(node, "is distinct from is not allowed in a rule; use = or <>");
    const word = node.type === "COMPARE_DISTINCT_FROM" ? "is not" : "is";
    return { sql: `(${operand(tested, "boolean")} ${word} ${truth.constant})`, type: "boolean" as const };
  }

  function comparison(node: ExpressionNode) {
    if (node.type.endsWith("DISTINCT_FROM")) return truthTest(node);
    const sign = comparisons[node.type] ?? refuse(node, `${node.type} is not allowed in a rule`);
    const [left, right] = node.children as [ExpressionNode, ExpressionNode];
    const { sql, type } = print(left);
    if (type !== "number" && sign !== "=" && sign !== "<>") refuse(left, `a ${type} has no order; use = or <>`);
    const other = operand(right, type);
    return compared(`(${sql} ${sign} ${other})`, node, type === "number" ? { left: sql, right: other } : undefined);
  }

  /** Notes a comparison. */
  function compared(sql: string, node: ExpressionNode, sides: Atom["sides"]) {
    atoms.push({ sql, sides, features: namesIn(node, "COLUMN_REF"), parameters: namesIn(node, "PARAMETER") });
    return { sql, type: "boolean" as const };
  }

  function operator(node: ExpressionNode) {
    const [first, ...rest] = node.children as [ExpressionNode, ...ExpressionNode[]];
    const signs: Record<string, () => string> = {
      OPERATOR_NOT: () => `(not ${operand(first, "boolean")})`,
      OPERATOR_IS_NULL: () => `(${print(first).sql} is null)`,
      OPERATOR_IS_NOT_NULL: () => `(${print(first).sql} is not null)`,
      COMPARE_IN: () => oneOf("in"),
      COMPARE_NOT_IN: () => oneOf("not in"),
    };
    const oneOf = (word: string) => {
      const { sql, type } = print(first);
      const values = rest.map((each) => operand(each, type));
      if (type !== "number") return compared(`(${sql} ${word} (${values.join(", ")}))`, node, undefined).sql;
      const any = values.map((value) => compared(`(${sql} = ${value})`, node, { left: sql, right: value }).sql).join(" or ");
      return word === "in" ? `(${any})` : `(not (${any}))`;
    };
    const sql = signs[node.type] ?? (() => refuse(node, `${node.type.replace("OPERATOR_", "").toLowerCase()} is not allowed in a rule`));
    return { sql: sql(), type: "boolean" as const };
  }

  function between(node: ExpressionNode) {
    const [input, lower, upper] = node.children.map((child) => operand(child, "number")) as [string, string, string];
    const least = compared(`(${input} >= ${lower})`, node, { left: input, right: lower });
    const most = compared(`(${input} <= ${upper})`, node, { left: input, right: upper });
    return { sql: `(${least.sql} and ${most.sql})`, type: "boolean" as const };
  }

  function call(node: ExpressionNode): string {
    const name = node.name ?? "";
    if (!(node.isOperator ? arithmetic : functions).includes(name))
      refuse(node, `the function ${name} is not allowed; these are: ${[...arithmetic, ...functions].join(" ")}`);
    const values = node.children.map((child) => operand(child, "number"));
    if (!node.isOperator) return values.length === 1 ? `${name}(${values[0]})` : refuse(node, `${name} takes one number`);
    return values.length === 1 ? `(${name}${values[0]})` : `(${values.join(` ${name} `)})`;
  }

  /** `case when … then … else … end`: children are condition, value, condition, value, …, value. */
  function choice(node: ExpressionNode) {
    const { type } = print(node.children[1] as ExpressionNode);
    const last = node.children.length - 1;
    const parts = node.children.map((child, index) => {
      if (index === last) return `else ${operand(child, type)}`;
      return index % 2 === 0 ? `when ${operand(child, "boolean")}` : `then ${operand(child, type)}`;
    });
    return { sql: `(case ${parts.join(" ")} end)`, type };
  }
}

/** Names of columns or parameters below a node, each once. */
function namesIn(node: ExpressionNode, kind: "COLUMN_REF" | "PARAMETER"): string[] {
  const own = node.class === kind && node.name !== undefined ? [node.name] : [];
  return [...new Set([...own, ...node.children.flatMap((child) => namesIn(child, kind))])];
}
