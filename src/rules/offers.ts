import { z } from "zod";
import { didYouMean, UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import type { Session } from "../warehouse/session.ts";
import { bound } from "./compile.ts";
import { type Expression, parseExpression, type Vocabulary } from "./parse-condition.ts";

/** How a sum is rounded to whole units of the currency. */
const roundings = { up: "ceil", nearest: "round", down: "floor" } as const;

const Offer = z.strictObject({
  name: Sentences,
  kind: z.enum(["paternalistic", "productive", "contractual"]),
  programme: z.string().min(1).optional(),
  when: z.string().min(1).optional(),
  amount: z.string().min(1).optional(),
  period: z.enum(["month", "once"]).optional(),
  rounding: z.enum(["up", "nearest", "down"]).default("nearest"),
  open: z.boolean().default(false),
  needs_finding_out: z.boolean().default(false),
  reference: z.string().trim().min(1),
});
const OfferFile = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "name it in lower case with _"), Offer);

/** A form of support that a worker can offer; `when` and `amount` are expressions over features and legal parameters, or a `programme` says both. */
export interface Offer extends Omit<z.output<typeof Offer>, "when" | "amount"> {
  code: string;
  when: Expression | undefined;
  amount: Expression | undefined;
}

/** An offer on a date: SQL for whether it may fit (unknown stays possible) and for its sum in whole units, or null. Of a programme's, both are unknown here. */
export interface CompiledOffer extends Offer {
  fits: string;
  amountSql: string;
}

/** Names that an offer may use. */
export interface OfferVocabulary extends Vocabulary {
  /** Codes of the programmes. */
  programmes: ReadonlySet<string>;
}

/** Codes of the forms of support in a file, of broken ones too. */
export function offerCodes(file: string): Set<string> {
  return new Set(Object.keys(readYaml(file, z.record(z.string(), z.unknown()))));
}

/** Reads the forms of support. A UserError names every expression that uses anything but features and legal parameters. */
export async function readOffers(session: Session, file: string, vocabulary: OfferVocabulary): Promise<Offer[]> {
  const { offers, faults } = await checkOffers(session, file, vocabulary);
  if (faults.length > 0) throw new UserError("bad_offer", faults.join("\n"));
  return offers;
}

/** Reads the forms of support. Returns those that are whole, and every fault with file and code. */
export async function checkOffers(
  session: Session,
  file: string,
  vocabulary: OfferVocabulary,
): Promise<{ offers: Offer[]; faults: string[] }> {
  const offers: Offer[] = [];
  const faults: string[] = [];
  const collect = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    faults.push(...error.message.split("\n"));
  };
  for (const [code, read] of Object.entries(readFile(file, collect)))
    await readOffer(session, `${file}: ${code}`, code, read, vocabulary).then((offer) => offers.push(offer), collect);
  return { offers, faults };
}

function readFile(file: string, collect: (error: unknown) => void): z.output<typeof OfferFile> {
  try {
    return readYaml(file, OfferFile);
  } catch (error) {
    collect(error);
    return {};
  }
}

async function readOffer(
  session: Session,
  place: string,
  code: string,
  read: z.output<typeof Offer>,
  vocabulary: OfferVocabulary,
): Promise<Offer> {
  const { when, amount, ...rest } = read;
  const parse = async (key: string, text: string | undefined, type: string) => {
    if (text === undefined) return undefined;
    const expression = await parseExpression(session, text, vocabulary, `${place}.${key}`);
    if (expression.type === type) return expression;
    throw new UserError("bad_offer", `${place}.${key}: a ${type} is wanted, this is a ${expression.type}`);
  };
  const { programme } = rest;
  if (programme !== undefined && !vocabulary.programmes.has(programme))
    throw new UserError(
      "bad_offer",
      `${place}.programme: there is no programme ${programme}${didYouMean(programme, vocabulary.programmes)}`,
    );
  if (programme !== undefined && (when !== undefined || amount !== undefined || rest.period !== undefined || rest.needs_finding_out))
    throw new UserError("bad_offer", `${place}: when, amount, period and needs_finding_out are for the programme ${programme} to say`);
  if ((amount === undefined) !== (rest.period === undefined))
    throw new UserError("bad_offer", `${place}: a sum needs its period (month or once), and a period its sum`);
  return { code, ...rest, when: await parse("when", when, "boolean"), amount: await parse("amount", amount, "number") };
}

/** The offers with the legal parameters of a date written in. */
export function compileOffers(offers: readonly Offer[], legal: ReadonlyMap<string, number>): CompiledOffer[] {
  return offers.map((offer) => ({
    ...offer,
    fits: fitsSql(offer, legal),
    amountSql:
      offer.amount === undefined ? "null::bigint" : `${roundings[offer.rounding]}(round(${bound(offer.amount, legal)}, 2))::bigint`,
  }));
}

function fitsSql({ programme, when, needs_finding_out }: Offer, legal: ReadonlyMap<string, number>): string {
  if (programme !== undefined) return "null::boolean";
  const condition = when === undefined ? "true" : bound(when, legal);
  return needs_finding_out ? `(case when ${condition} then null else ${condition} end)` : condition;
}
