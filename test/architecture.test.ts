import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";
import { projectFile } from "../src/domain/project-files.ts";

/** Rooms from the top of the house to its foundation; a file imports only from its own room, from rooms of a lower floor, or as `neighbours` allows. */
const floors: readonly (readonly string[])[] = [
  ["cli"],
  ["api", "queue", "bench"],
  ["queries"],
  ["simulation"],
  ["runs"],
  ["pipelines"],
  ["steps"],
  ["reports"],
  ["experiments", "disclosure"],
  ["training", "scoring", "monitoring", "features", "rules", "entitlement", "lists", "sources", "synth", "cases", "need", "indicators"],
  ["parameters"],
  ["warehouse"],
  ["contract"],
  ["domain"],
];
/** `src/steps/step.ts` holds the types that runner and steps share. */
const neighbours = new Set([
  "scoring -> training",
  "scoring -> monitoring",
  "monitoring -> training",
  "scoring -> features",
  "training -> features",
  "lists -> rules",
  "lists -> features",
  "lists -> scoring",
  "lists -> monitoring",
  "cases -> scoring",
  "rules -> features",
  "entitlement -> rules",
  "entitlement -> features",
  "need -> features",
  "need -> rules",
  "need -> lists",
  "indicators -> features",
  "indicators -> rules",
  "indicators -> lists",
  "indicators -> training",
]);

const root = projectFile("");
const filesBelow = (directory: string, ending: string) =>
  readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(directory, path));
const codeFiles = [...filesBelow("src", ".ts"), ...filesBelow("pipelines", ".ts")];
const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const roomOf = (path: string) => (path.startsWith("pipelines/") ? "pipelines" : (path.split("/")[1] as string));
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

/** Strings and templates of a TypeScript source, without what is put into templates. */
function textsIn(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, value, quasis } = node as { type?: string; value?: unknown; quasis?: { value: { raw: string } }[] };
    if (type === "Literal" && typeof value === "string") texts.push(value);
    if (type === "TemplateLiteral") texts.push((quasis ?? []).map((part) => part.value.raw).join(""));
    Object.values(node).forEach(visit);
  };
  visit(parseAst(source, { lang: "ts" }));
  return texts;
}

interface Import {
  from: string;
  specifier: string;
}
const imports: Import[] = codeFiles.flatMap((from) =>
  [...textOf(from).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => ({ from, specifier: match[1] as string })),
);

describe("rooms", () => {
  test("every room stands on a floor", () => {
    expect(codeFiles.length).toBeGreaterThan(30);
    expect([...new Set(codeFiles.map(roomOf))].filter((room) => floorOf(room) < 0)).toEqual([]);
  });

  test("imports go down, never up or sideways", () => {
    const local = imports.filter((each) => each.specifier.startsWith("."));
    expect(local.length).toBeGreaterThan(50);
    const wrong = local.flatMap(({ from, specifier }) => {
      const to = relative(root, resolve(root, dirname(from), specifier));
      const [above, below] = [roomOf(from), roomOf(to)];
      const isAllowed = above === below || floorOf(above) < floorOf(below) || neighbours.has(`${above} -> ${below}`);
      return isAllowed ? [] : [`${from} -> ${to}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["@duckdb/node-api", "warehouse"],
    ["onnxruntime-node", "scoring"],
    ["bullmq", "queue"],
  ])("%s is imported by src/%s only", (name, room) => {
    const users = imports.filter((each) => each.specifier === name || each.specifier.startsWith(`${name}/`)).map((each) => each.from);
    expect(users.filter((path) => roomOf(path) !== room)).toEqual([]);
    if (room !== "queue") expect(users.length).toBeGreaterThan(0);
  });

  test("nothing below the edge reads the clock or draws at random", () => {
    const edge = new Set(["cli", "runs"]);
    const below = codeFiles.filter((path) => !edge.has(roomOf(path)));
    expect(below.length).toBeGreaterThan(30);
    const wrong = below.filter((path) => /new Date\(\)|Date\.now\(\)|Temporal\.Now|Math\.random\(/.test(textOf(path)));
    expect(wrong).toEqual(["src/warehouse/database.ts"]);
  });
});

describe("sql", () => {
  const withoutComments = (path: string) => textOf(path).replaceAll(/--.*$/gm, "");
  const sqlFiles = filesBelow("sql", ".sql");
  const featureFiles = sqlFiles.filter((path) => /^sql\/(features|need|entitlement)\//.test(path) && !path.endsWith("/macros.sql"));

  const unstable =
    /\b(any_value|first|last|arg_max|arg_min|max_by|min_by|stddev\w*|var_\w+|variance|regr_\w+|corr|covar_\w+|random|hash|now|current_date|current_timestamp|today|uuid)\s*\(|\b(current_date|current_timestamp)\b|\blist\s*\((?![^)]*order by)/i;
  const unstableIn = (path: string, sql: string) => {
    const found = unstable.exec(sql)?.[0];
    return found === undefined ? [] : [`${path}: ${found}`];
  };

  test("no select uses an aggregate or function whose result may change from run to run", () => {
    expect(sqlFiles.length).toBeGreaterThan(20);
    expect(sqlFiles.flatMap((path) => unstableIn(path, withoutComments(path)))).toEqual([]);
  });

  test("nor does any text in code, where selects stand too", () => {
    const texts = codeFiles.map((path) => ({ path, texts: textsIn(textOf(path)) }));
    expect(texts.flatMap((each) => each.texts).filter((text) => /\bselect\b/.test(text)).length).toBeGreaterThan(50);
    expect(textsIn(`const of = (n) => \`select \${n.map((x) => \`min_by(\${x}, 1)\`)} from t\`; // hash(1)`)).toEqual([
      "select  from t",
      "min_by(, 1)",
    ]);
    expect(texts.flatMap(({ path, texts }) => texts.flatMap((text) => unstableIn(path, text)))).toEqual([]);
  });

  const strays = (paths: readonly string[], allowed: RegExp) =>
    paths.flatMap((path) => {
      const sql = withoutComments(path).toLowerCase();
      const ownNames = new Set(
        [...sql.matchAll(/(?:with|,)\s+(?:recursive\s+)?(\w+)(?:\s*\([^)]*\))?\s+as\s+(?:materialized\s+)?\(/g)].map((match) => match[1]),
      );
      const read = [...sql.matchAll(/\b(?:from|join)\s+(?!\()(\w+(?:\.\w+)?)/g)].map((match) => match[1] as string);
      expect(read.length, `${path} reads something`).toBeGreaterThan(0);
      return read.filter((name) => !allowed.test(name) && !ownNames.has(name)).map((name) => `${path} reads ${name}`);
    });
  const known = "known_\\w+|features_\\w+|cohort\\w*|covered_\\w+|coverage_\\w+|observed_\\w+|quarter_\\w+|unnest|generate_series|range";

  test("features, need and entitlement read only what was known, other features, and the context and reference tables", () => {
    expect(featureFiles.length).toBeGreaterThan(8);
    const tables = "reference_\\w+|area_\\w+|district_\\w+|need_\\w+|entitlement_\\w+|identity_person";
    expect(strays(featureFiles, new RegExp(`^(${known}|${tables})$`))).toEqual([]);
  });

  test("indicators and notes on recipients read only what was known, features and the context; no score, no rule", () => {
    const files = sqlFiles.filter((path) => /^sql\/(indicators|programme)\//.test(path));
    expect(files.length).toBeGreaterThan(25);
    const made = files.map((path) => /(\w+)\.sql$/.exec(path)?.[1]).join("|");
    expect(strays(files, new RegExp(`^(${known}|${made})$`))).toEqual([]);
  });

  test("every select says its grain and its inputs first", () => {
    expect(sqlFiles.filter((path) => !textOf(path).startsWith("--"))).toEqual([]);
  });
});
