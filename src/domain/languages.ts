import { z } from "zod";

/** The languages every sentence of the product exists in. */
export const languages = ["kk", "ru", "en"] as const;
export type Language = (typeof languages)[number];

/** One text in each language; ICU MessageFormat where it holds values. */
export const Sentences = z.strictObject({ kk: z.string().trim().min(1), ru: z.string().trim().min(1), en: z.string().trim().min(1) });
export type Sentences = z.infer<typeof Sentences>;
