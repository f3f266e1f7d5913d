import { z } from "zod";
import { functions } from "./expression.ts";
import { sourceShapes } from "./source-shapes.ts";
import { unitFactors } from "./units.ts";

/** What is made from the code, by the mark that it stands behind. */
const parts: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(Object.entries(sourceShapes).map(([name, shape]) => [`keys of ${name}`, () => keysTable(shape)])),
  functions: () =>
    [...functions]
      .filter((name) => /^\w+$/.test(name))
      .sort()
      .map(code)
      .join(", "),
  units: () =>
    table(
      ["unit", "is multiplied by"],
      Object.entries(unitFactors).map(([unit, factor]) => [code(unit), factor]),
    ),
};

/** docs/sources.md with its made parts as the code says them now; the prose between them is written by hand. An Error names a mark that is none. */
export function sourcesDocument(text: string): string {
  return text.replaceAll(/(<!-- made: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`docs/sources.md: nothing is made for "${name}"; there is ${Object.keys(parts).join(", ")}`);
    return `${begin}\n${part()}\n\n${end}`;
  });
}

/** A part of a JSON schema, as zod gives it. */
interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** Keys whose maps have a table of their own. */
const haveTheirOwn = new Set(["postgres", "http"]);

function keysTable(shape: z.ZodType): string {
  const schema = z.toJSONSchema(shape, { io: "input" }) as Schema;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    keyRow(key, value, schema),
    ...(value.type === "object" && !haveTheirOwn.has(key) ? Object.entries(value.properties ?? {}) : [])
      .filter(([, inner]) => inner.description !== undefined && value.default === undefined)
      .map(([inner, its]) => keyRow(`${key}.${inner}`, its, { required: value.required?.map((each) => `${key}.${each}`) ?? [] })),
  ]);
  return table(["key", "value", "when absent", "meaning"], rows);
}

function keyRow(key: string, value: Schema, { required = [] }: Schema): string[] {
  const absent = required.includes(key) ? "**needed**" : value.default === undefined ? "" : plainDefault(value.default);
  return [code(key), kindOf(value), absent, value.description ?? ""];
}

/** An empty list, map or set of options is nothing. */
function plainDefault(value: unknown): string {
  return typeof value === "object" ? "none" : code(String(value) === "" ? "''" : String(value));
}

function kindOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kindOf))].join(" or ");
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.length > 8 ? "a name" : schema.enum.map((word) => code(String(word))).join(", ");
  const range = schema.maximum === undefined ? "" : ` from ${schema.minimum} to ${schema.maximum}`;
  const words: Record<string, string> = {
    string: "text",
    boolean: "true or false",
    integer: `whole number${range}`,
    number: `number${range}`,
    array: `list of ${schema.items?.type === "object" ? "maps" : "texts"}`,
    object: "map",
  };
  return words[schema.type ?? ""] ?? "";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
