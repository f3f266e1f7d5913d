import { existsSync } from "node:fs";
import { z } from "zod";
import { type Language, Sentences } from "../domain/languages.ts";
import { readYaml } from "../parameters/yaml-file.ts";

const Text = z.string().trim().min(1);
const Days = z.int().positive();
/** A name or an act's title may be the same in every language. */
const TextOrLanguages = z.union([Text, Sentences]);
const Authority = z.strictObject({
  intended_use: Sentences.nullish(),
  owner: TextOrLanguages.nullish(),
  contact: TextOrLanguages.nullish(),
  legal_basis: TextOrLanguages.nullish(),
  retention_days: z.strictObject({ scores: Days, lists: Days, audit: Days }).nullish(),
});
/** What the authority says of its use of the model; a field that it has not filled is absent or null. */
export type Authority = z.infer<typeof Authority>;

/** What a deployment's file says. A UserError names an unknown key. */
export function readAuthority(file: string): Authority {
  return readYaml(file, Authority);
}

/** Who answered for a model and what it was to be used for when it was fitted; what the authority had not filled is null. */
export const Responsible = z.strictObject({
  intended_use: Sentences.nullable(),
  owner: TextOrLanguages.nullable(),
  contact: TextOrLanguages.nullable(),
});
export type Responsible = z.infer<typeof Responsible>;

/** What a deployment says of it, for a manifest; nothing where it has no authority's file. */
export function responsibleIn({ authority: file }: { authority: string }): { responsible?: Responsible } {
  if (!existsSync(file)) return {};
  const { intended_use, owner, contact } = readAuthority(file);
  return { responsible: { intended_use: intended_use ?? null, owner: owner ?? null, contact: contact ?? null } };
}

const unfilled: Sentences = { kk: "[орган толтыруы тиіс]", ru: "[заполняет орган]", en: "[to be filled by the authority]" };

/** Its lines in a language, for the card. */
export function sayResponsible(responsible: Responsible | undefined, language: Language): Record<keyof Responsible, string> {
  const say = (text: string | Sentences | null | undefined) =>
    text == null ? unfilled[language] : typeof text === "string" ? text : text[language];
  return {
    intended_use: say(responsible?.intended_use),
    owner: say(responsible?.owner),
    contact: say(responsible?.contact),
  };
}
