import { z } from "zod";
import { UserError } from "../domain/errors.ts";
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
  when: z.string().min(1).optional(),
  amount: z.string().min(1).optional(),
  period: z.enum(["month", "once"]).optional(),
  rounding: z.enum(["up", "nearest", "down"]).default("nearest"),
  open: z.boolean().default(false),
  needs_finding_out: z.boolean().default(false),
  reference: z.string().min(1),
});
const OfferFile = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "name it in lower case with _"), Offer);

/** A form of support that a worker can offer; `when` and `amount` are expressions over features and legal parameters. */
export interface Offer extends Omit<z.output<typeof Offer>, "when" | "amount"> {
  code: string;
  when: Expression | undefined;
  amount: Expression | undefined;
}

/** An offer on a date: SQL for whether it may fit (unknown stays possible) and for its sum in whole units, or null. */
export interface CompiledOffer extends Offer {
  fits: string;
  amountSql: string;
}

/** Codes of the forms of support in a file. */
export function offerCodes(file: string): Set<string> {
  return new Set(Object.keys(readYaml(file, OfferFile)));
}

/** Reads the forms of support. A UserError names an expression that uses anything but features and legal parameters. */
export async function readOffers(session: Session, file: string, vocabulary: Vocabulary): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const [code, read] of Object.entries(readYaml(file, OfferFile))) {
    const { when, amount, ...rest } = read;
    const parse = async (key: string, text: string | undefined, type: string) => {
      if (text === undefined) return undefined;
      const expression = await parseExpression(session, text, vocabulary, `${file}: ${code}.${key}`);
      if (expression.type === type) return expression;
      throw new UserError("bad_offer", `${file}: ${code}.${key}: a ${type} is wanted, this is a ${expression.type}`);
    };
    if ((amount === undefined) !== (rest.period === undefined))
      throw new UserError("bad_offer", `${file}: ${code}: a sum needs its period (month or once), and a period its sum`);
    offers.push({ code, ...rest, when: await parse("when", when, "boolean"), amount: await parse("amount", amount, "number") });
  }
  return offers;
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

function fitsSql({ when, needs_finding_out }: Offer, legal: ReadonlyMap<string, number>): string {
  const condition = when === undefined ? "true" : bound(when, legal);
  return needs_finding_out ? `(case when ${condition} then null else ${condition} end)` : condition;
}
