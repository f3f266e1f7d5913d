import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import type { Sentences } from "../domain/languages.ts";
import { readYaml } from "../parameters/yaml-file.ts";

const featureKinds = ["number", "boolean", "category"] as const;
/** `+`: more of it may only raise risk and priority. `-`: only lower them. `free`: either. */
export const directions = ["+", "-", "free"] as const;

const Entry = z.strictObject({
  type: z.enum(featureKinds),
  unit: z.string().min(1),
  register: z.string().min(1),
  window: z.string().min(1),
  direction: z.enum(directions),
  needs_consent: z.boolean().default(false),
  /** Least and most that a number may be, null for no most; where the unit does not say it. */
  range: z.tuple([z.number(), z.number().nullable()]).optional(),
  /** Words that a category may be. */
  words: z.array(z.string().min(1)).optional(),
  meaning: z.string().min(1),
  kk: z.string().min(1),
  ru: z.string().min(1),
  en: z.string().min(1),
});
const FamilyFile = z.strictObject({
  family: z.string().min(1),
  description: z.string().min(1),
  features: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "is not a name in lower case letters, digits and _"), Entry),
});

/**
 * One feature: what it is, where it comes from, and how it may count. Sentences are ICU MessageFormat; their arguments are `value`
 * (booleans as 1 and 0, categories as text) and, for sums of money, `currency`.
 */
export interface Feature extends Omit<z.infer<typeof Entry>, keyof Sentences> {
  name: string;
  family: string;
  sentences: Sentences;
}

export interface Family {
  name: string;
  description: string;
  features: readonly Feature[];
}

/** Reads the catalogue of a directory: one YAML file per family, in order of the files' names. A UserError names what is wrong and where. */
export function readFamilies(directory: string): Family[] {
  const files = readdirSync(directory)
    .filter((file) => file.endsWith(".yaml"))
    .sort();
  if (files.length === 0) throw new UserError("no_catalogue", `${directory} holds no YAML file of features`);
  const seen = new Map<string, string>();
  return files.map((file) => {
    const path = join(directory, file);
    const { family, description, features } = readYaml(path, FamilyFile);
    for (const name of Object.keys(features)) {
      const elsewhere = seen.get(name);
      if (elsewhere !== undefined)
        throw new UserError("bad_catalogue", `${path}: ${name} stands in ${elsewhere} too; name one of them otherwise`);
      seen.set(name, path);
    }
    return {
      name: family,
      description,
      features: Object.entries(features).map(([name, { kk, ru, en, ...rest }]) => ({ name, family, ...rest, sentences: { kk, ru, en } })),
    };
  });
}

/** All features of a catalogue directory, by family. */
export function readCatalogue(directory: string): Feature[] {
  return readFamilies(directory).flatMap((family) => family.features);
}

/** Type by name, for those who check expressions over features. */
export function featureTypes(features: readonly Feature[]): Map<string, Feature["type"]> {
  return new Map(features.map((feature) => [feature.name, feature.type]));
}
