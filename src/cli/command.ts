import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";

/** Adds one command to the program. Each file of src/cli that makes a command exports one of these as `register`. */
export type Register = (program: Command) => void;

/** Prints a result: JSON when asked for, else the text. */
export function print(result: unknown, asJson: boolean, text: () => string): void {
  process.stdout.write(`${asJson ? JSON.stringify(result, null, 2) : text()}\n`);
}

/** Reads a whole number option; a UserError names the option, the value and the range. */
export function wholeNumber(option: string, value: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least || number > most)
    throw new UserError("bad_option", `${option} ${value}: give a whole number from ${least} to ${most}`, { exitCode: 2 });
  return number;
}
