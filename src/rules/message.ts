import { type FormatXMLElementFn, IntlMessageFormat } from "intl-messageformat";
import { didYouMean } from "../domain/errors.ts";
import { type Language, languages, type Sentences } from "../domain/languages.ts";

/** Arguments that every sentence may use beside its own. */
const commonArguments = ["currency"] as const;

/** Names of the arguments of an ICU message, each once, in the order of the text. Throws on a message that does not parse. */
export function argumentsOf(message: string, language: Language): string[] {
  const found = new Set<string>();
  collect(new IntlMessageFormat(message, language).getAst(), found);
  return [...found];
}

/** What is wrong with a sentence in its three languages: it does not parse, or names an argument that nobody gives. Empty when nothing is. */
export function messageFaults(sentences: Sentences, known: ReadonlySet<string>): string[] {
  return languages.flatMap((language) => {
    try {
      return argumentsOf(sentences[language], language)
        .filter((name) => !known.has(name) && !(commonArguments as readonly string[]).includes(name))
        .map((name) => `${language}: {${name}} is not known here${didYouMean(name, known)}`);
    } catch (error) {
      return [`${language}: ${(error as Error).message}`];
    }
  });
}

/** A message with its values filled in. */
export function formatMessage(message: string, language: Language, values: Readonly<Record<string, string | number>>): string {
  return compiled(message, language).format<FormatXMLElementFn<string>>(values) as string;
}

const cache: Readonly<Record<Language, Map<string, IntlMessageFormat>>> = { kk: new Map(), ru: new Map(), en: new Map() };

function compiled(message: string, language: Language): IntlMessageFormat {
  const found = cache[language].get(message);
  if (found !== undefined) return found;
  const made = new IntlMessageFormat(message, language, undefined, { formatters: formattersOf(language) });
  cache[language].set(message, made);
  return made;
}

/** Formatters made once for each style. A message's own styles are the same objects each time and serve as keys; the library would write them out as JSON at each value. */
const formattersOf = (language: Language) => ({
  getNumberFormat: keptBy(
    (options: Intl.NumberFormatOptions) => options,
    (options) => new Intl.NumberFormat(language, options),
  ),
  getDateTimeFormat: keptBy(
    (options: Intl.DateTimeFormatOptions) => options,
    (options) => new Intl.DateTimeFormat(language, options),
  ),
  getPluralRules: keptBy(
    ({ type }: Intl.PluralRulesOptions) => type,
    (options) => new Intl.PluralRules(language, options),
  ),
});

const noOptions = {};

function keptBy<Options, Formatter>(keyOf: (options: Options) => unknown, make: (options: Options) => Formatter) {
  const byKey = new Map<unknown, Formatter>();
  return (_locales?: unknown, options: Options = noOptions as Options): Formatter => {
    const key = keyOf(options);
    const found = byKey.get(key) ?? make(options);
    byKey.set(key, found);
    return found;
  };
}

type Element = ReturnType<IntlMessageFormat["getAst"]>[number];

function collect(elements: readonly Element[], into: Set<string>): void {
  for (const element of elements) {
    const isArgument = "value" in element && element.type !== 0 && element.type !== 8;
    if (isArgument) into.add(String(element.value));
    if ("options" in element) for (const option of Object.values(element.options)) collect(option.value, into);
    if ("children" in element) collect(element.children, into);
  }
}
