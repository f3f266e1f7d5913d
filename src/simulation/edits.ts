import { didYouMean, UserError } from "../domain/errors.ts";
import type { Change } from "./change.ts";
import { expenditureLineTexts, housingAllowance, taperTexts } from "./variants.ts";

/** Content of a YAML file as it is parsed. */
export type Content = Record<string, unknown>;

const isContent = (value: unknown): value is Content => typeof value === "object" && value !== null && !Array.isArray(value);

function refuse(place: string, why: string): never {
  throw new UserError("bad_change", `${place}: ${why}`);
}

/** Values of parameters by date: a plain number takes the place of all of them, dated ones of those from their day on. */
export function changedParameter(content: Content, value: number | Record<string, number>, reference: string): Content {
  const earlier = content.values as { from: string; until?: string }[];
  const dated = (from: string, each: number) => ({ from, value: each, status: "assumption", reference });
  const { regions: _regions, ...rest } = content;
  if (typeof value === "number") return { ...rest, values: [dated(earlier[0]?.from ?? "", value)] };
  const added = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const first = added[0]?.[0] ?? "";
  const kept = earlier.filter(({ from }) => from < first).map(({ until: _until, ...each }) => each);
  return { ...rest, values: [...kept, ...added.map(([from, each]) => dated(from, each))] };
}

/** `content` with `parts` put in, maps within maps; only keys that stand there, and those of `allowed`. */
export function merged(content: Content, parts: Content, place: string, allowed: readonly string[] = []): Content {
  const known = [...Object.keys(content), ...allowed];
  for (const key of Object.keys(parts))
    if (!known.includes(key)) refuse(`${place}.${key}`, `there is nothing of this name${didYouMean(key, known)}`);
  const entries = Object.entries(parts).map(([key, part]) => {
    const old = content[key];
    return [key, isContent(old) && isContent(part) ? merged(old, part, `${place}.${key}`, freeKeys(old)) : part] as const;
  });
  return { ...content, ...Object.fromEntries(entries) };
}

/** Maps by region take any region. */
function freeKeys(content: Content): string[] {
  return Object.keys(content).every((key) => /^(\d\d)?$/.test(key)) ? regions : [];
}
const regions = ["", ...Array.from({ length: 90 }, (_, index) => String(index + 10))];

const ruleKeys = ["tier", "question", "reason", "when", "offers", "against_direction", "reference", "in_force", "versions"];

/** A rule with its parts changed in every version; null turns it off. A plain number stands for a dated value of the rule on every day. */
export function changedRule(content: Content, parts: Content | null, place: string): Content {
  const since = Object.keys(content.in_force as Content).sort()[0] ?? "";
  if (parts === null) return { ...content, in_force: { [since]: false } };
  const dated = Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, typeof part === "number" ? { [since]: part } : part]));
  const unknown = Object.keys(dated).find((key) => !(key in content) && !ruleKeys.includes(key));
  if (unknown !== undefined)
    refuse(`${place}.${unknown}`, `the rule has nothing of this name${didYouMean(unknown, [...Object.keys(content), ...ruleKeys])}`);
  const { versions, ...first } = content;
  const later = Object.entries((versions ?? {}) as Record<string, Content>).map(([from, version]) => [
    from,
    Object.fromEntries(Object.entries(version).filter(([key]) => !(key in dated))),
  ]);
  return { ...first, ...(later.length === 0 ? {} : { versions: Object.fromEntries(later) }), ...dated };
}

const programmeKeys = ["in_force", "on", "amount", "rounding", "period", "ask", "receives", "assigned_for", "conditions_of", "papers"];
const conditionKeys = ["on", "value", "up_to", "relation", "threshold", "unless", "shown_per", "exempt"];

/** A programme with its parts changed, conditions by id (null takes one out); null turns it off. */
export function changedProgramme(content: Content, parts: Content | null, place: string): Content {
  if (parts === null) return { ...content, in_force: { [Object.keys(content.in_force as Content).sort()[0] ?? ""]: false } };
  const { conditions, ...rest } = parts;
  const changed = merged(content, rest, place, programmeKeys);
  if (conditions === undefined || Array.isArray(conditions)) return conditions === undefined ? changed : { ...changed, conditions };
  const old = content.conditions as (Content & { id: string })[];
  const ids = old.map(({ id }) => id);
  const wanted = conditions as Record<string, Content | null>;
  for (const [id, part] of Object.entries(wanted))
    if (!ids.includes(id) && part?.met === undefined)
      refuse(`${place}.conditions.${id}`, `the programme has no such condition${didYouMean(id, ids)}; a new one is written whole`);
  const kept = old.flatMap((condition) => {
    const part = wanted[condition.id];
    if (part === null) return [];
    return [part === undefined ? condition : merged(condition, part, `${place}.conditions.${condition.id}`, conditionKeys)];
  });
  const added = Object.entries(wanted).flatMap(([id, part]) => (ids.includes(id) || part === null ? [] : [{ id, ...part }]));
  return { ...changed, conditions: [...kept, ...added] };
}

/** What `line`, `taper` and `housing_allowance` stand for, written into programmes by code and `terms`. */
export function withVariants(files: Map<string, Content>, { line, taper, housing_allowance }: Change, place: string): void {
  if (line === "expenditure") {
    const terms = files.get("terms") as Content;
    terms.poverty_line_lcu = {
      description: "the family's minimum standard of spending in the quarter, of one member and month",
      is: "standard_lcu / (members * 3)",
      decimals: 2,
    };
    withTexts(files, expenditureLineTexts);
  }
  if (taper !== undefined) withTaper(files, taper, `${place}: taper`);
  if (housing_allowance !== undefined) files.set("housing_allowance", housingAllowance(housing_allowance.share));
}

/** A programme for whose income a line stands pays the gap; here it pays the line less the share of income, to where that is nothing. */
function withTaper(files: Map<string, Content>, { programme, rate }: NonNullable<Change["taper"]>, place: string): void {
  const content = files.get(programme);
  const codes = [...files.keys()].filter((code) => code !== "terms");
  if (content === undefined || programme === "terms")
    refuse(`${place}.programme`, `there is no programme ${programme}${didYouMean(programme, codes)}`);
  const below = (content.conditions as Content[]).find(({ relation }) => relation === "below");
  if (below === undefined || content.amount === undefined)
    refuse(`${place}.programme`, `${programme} pays no gap to a line; a taper needs a condition that is "below" and a sum`);
  content.amount = `((${String(below.threshold)}) - (${String(below.value)}) * ${rate}) / 3`;
  below.threshold = `(${String(below.threshold)}) / ${rate}`;
  Object.assign(below, taperTexts);
}

function withTexts(files: Map<string, Content>, texts: Content): void {
  for (const content of files.values())
    for (const condition of (content.conditions as Content[] | undefined) ?? [])
      if (condition.relation === "below" && String(condition.threshold).includes("poverty_line_lcu")) Object.assign(condition, texts);
}
