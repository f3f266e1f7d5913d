import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Language } from "../domain/languages.ts";
import { csvText } from "../lists/csv-text.ts";
import type { EntriesPage } from "../queries/lists.ts";

/** Forms of a page of a list, the preferred one first. */
export const representations = {
  json: { mediaType: "application/json", header: "application/json; charset=utf-8" },
  csv: { mediaType: "text/csv", header: "text/csv; charset=utf-8; header=present" },
  arrow: { mediaType: "application/vnd.apache.arrow.stream", header: "application/vnd.apache.arrow.stream" },
} as const;
export type Representation = keyof typeof representations;

const everyForm = Object.keys(representations) as readonly Representation[];

/** The form that an Accept header asks for; undefined when we have none of those named. */
export function representationFor(accept: string | undefined, forms = everyForm): Representation | undefined {
  if (accept === undefined || accept.trim() === "") return "json";
  const ranges = accept.split(",").map(parseRange);
  const weightOf = (mediaType: string) => {
    const fits = ranges.filter(({ range }) => range === mediaType || range === "*/*" || range === `${mediaType.split("/")[0]}/*`);
    return fits.sort((a, b) => precisionOf(b.range) - precisionOf(a.range))[0]?.weight ?? 0;
  };
  const offered = forms.map((name) => ({
    name,
    weight: weightOf(representations[name].mediaType),
  }));
  const best = offered.reduce((one, other) => (other.weight > one.weight ? other : one));
  return best.weight > 0 ? best.name : undefined;
}

/** None of the forms that we have is accepted. */
export class NotAcceptable extends Error {
  readonly statusCode = 406;
  readonly code = "not_acceptable";

  constructor(forms = everyForm) {
    super(`accept one of ${forms.map((form) => representations[form].mediaType).join(", ")}`);
  }
}

/** The compression that a client takes and we have. */
export function encodingFor(accepted: string | undefined): "br" | "gzip" | undefined {
  const takes = (name: string) =>
    (accepted ?? "")
      .split(",")
      .map(parseRange)
      .some(({ range, weight }) => range === name && weight > 0);
  return (["br", "gzip"] as const).find(takes);
}

function parseRange(text: string): { range: string; weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
  return { range, weight: Number.isFinite(weight) ? weight : 0 };
}

function precisionOf(range: string): number {
  if (range === "*/*") return 0;
  return range.endsWith("/*") ? 1 : 2;
}

/** A page as bytes of another form than JSON. */
export async function bytesOf(page: EntriesPage, form: Exclude<Representation, "json">, language: Language): Promise<Buffer> {
  if (form === "csv") return Buffer.from(csvText(page, language));
  // Read when the first one asks for it: Arrow takes longer to load than all routes.
  return Buffer.from((await import("../lists/arrow-table.ts")).arrowTable(page, language, "stream"));
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Compresses a body that is kept, once. */
export function compressed(body: Buffer, encoding: "br" | "gzip"): Promise<Buffer> {
  return encoding === "br" ? brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : zip(body);
}
