import { z } from "zod";
import { languages } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";

export const Id = z.string().regex(/^[0-9a-f]{32}$/, "32 hexadecimal digits");
export const Day = z.iso.date();
export const Tier = z.enum(tiers);

export const AreaCode = z
  .string()
  .regex(/^\d{0,9}$/, "a KATO code or its leading digits")
  .describe("KATO code or its leading digits");
export const Lang = z.enum(languages).default("ru").describe("language of sentences and names");
export const Paging = z.strictObject({
  cursor: z.string().max(200).optional().describe("`next_cursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const ListParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits") });
export const RunParams = z.strictObject({ id: Id });
export const HouseholdParams = z.strictObject({ id: Id });

export const Problem = z
  .strictObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), instance: z.string() })
  .describe("RFC 9457 problem");

export const pageWith = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });

export const Named = z.strictObject({ id: z.string(), name: z.string() });
export const Model = Named.nullable();
