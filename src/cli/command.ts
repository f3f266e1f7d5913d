import { type Command, Option } from "commander";
import { UserError } from "../domain/errors.ts";
import { type Language, languages } from "../domain/languages.ts";

/** Adds one command to the program. Each file of src/cli that makes a command exports one of these as `register`. */
export type Register = (program: Command) => void;

/** Every command has it: standard output is then one JSON value and nothing else; progress and notices go to standard error anyway. */
export const jsonOption = new Option("--json", "print the result as JSON");

/** What a command that has `jsonOption` is given. */
export interface JsonFlag {
  json?: boolean;
}

/** Prints a command's result, once: JSON when asked for, else the text. */
export function print(result: unknown, { json }: JsonFlag, text: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : text()}\n`);
}

/** What the next command must be told to reach the same data directory. */
export function sameData({ data }: { data?: string | undefined }): string {
  if (data === undefined) return "";
  return ` --data ${/^[\w./:-]+$/.test(data) ? data : JSON.stringify(data)}`;
}

/** Reads a whole number option; a UserError names the option, the value and the range. */
export function wholeNumber(option: string, value: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least || number > most)
    throw new UserError("bad_option", `${option} ${value}: give a whole number from ${least} to ${most}`, { exitCode: 2 });
  return number;
}

/** The language asked for by `--lang`; a UserError names the three. */
export function languageOf({ lang }: { lang: string }): Language {
  const found = languages.find((language) => language === lang);
  if (found === undefined) throw new UserError("bad_option", `--lang ${lang}: give one of ${languages.join(", ")}`, { exitCode: 2 });
  return found;
}
