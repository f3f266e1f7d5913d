import { readFileSync } from "node:fs";
import { LRUCache } from "lru-cache";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { didYouMean, UserError } from "../domain/errors.ts";

/** Reads a YAML file of a known shape. A UserError names the file, line, key and, for an unknown key, the nearest right one. Dates stay text. */
export function readYaml<T>(path: string, shape: z.ZodType<T>): T {
  const { document, lines } = parsed(readFileSync(path, "utf8"));
  const broken = document.errors[0];
  if (broken !== undefined) throw new UserError("bad_yaml", `${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  return shaped(path, document.toJS(), shape);
}

/** Documents by their text: each step and session reads the same files again, and parsing takes longer than all else that it does with them. */
const documents = new LRUCache<string, { document: Document.Parsed; lines: LineCounter }>({ max: 500 });

function parsed(text: string): { document: Document.Parsed; lines: LineCounter } {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const lines = new LineCounter();
  const made = { document: parseDocument(text, { lineCounter: lines, schema: "core", uniqueKeys: true }), lines };
  documents.set(text, made);
  return made;
}

/** What a file holds, as its shape makes it; a UserError like that of `readYaml`. */
export function shaped<T>(path: string, content: unknown, shape: z.ZodType<T>): T {
  const result = shape.safeParse(content);
  if (result.success) return result.data;
  throw new UserError("bad_yaml", result.error.issues.map((issue) => `${path}: ${sayIssue(issue, shape)}`).join("\n"));
}

function sayIssue(issue: z.core.$ZodIssue, shape: z.ZodType): string {
  const place = issue.path.map(String).join(".");
  if (issue.code === "invalid_key") return `${place}: ${issue.issues.map(({ message }) => message).join("; ")}`;
  if (issue.code !== "unrecognized_keys") return `${place === "" ? "" : `${place}: `}${issue.message}`;
  const known = keysAt(shape, issue.path);
  return issue.keys.map((key) => `${[...issue.path.map(String), key].join(".")} is not a known key${didYouMean(key, known)}`).join("; ");
}

/** Keys that the shape knows at a path. */
function keysAt(shape: z.ZodType, path: PropertyKey[]): string[] {
  let inner = shape as unknown as ShapeNode | undefined;
  for (const step of path) inner = childOf(bareShape(inner), step);
  return Object.keys(bareShape(inner)?.def.shape ?? {});
}

interface ShapeNode {
  def: {
    innerType?: ShapeNode;
    in?: ShapeNode;
    shape?: Record<string, ShapeNode>;
    element?: ShapeNode;
    valueType?: ShapeNode;
  };
}

function bareShape(node: ShapeNode | undefined): ShapeNode | undefined {
  const within = node?.def.innerType ?? node?.def.in;
  return within === undefined ? node : bareShape(within);
}

function childOf(node: ShapeNode | undefined, step: PropertyKey): ShapeNode | undefined {
  return node?.def.shape?.[String(step)] ?? node?.def.element ?? node?.def.valueType;
}
