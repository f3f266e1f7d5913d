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

const cache = new Map<string, IntlMessageFormat>();

function compiled(message: string, language: Language): IntlMessageFormat {
  const key = `${language}\n${message}`;
  const found = cache.get(key) ?? new IntlMessageFormat(message, language);
  cache.set(key, found);
  return found;
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
