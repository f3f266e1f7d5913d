import { quoted } from "../warehouse/session.ts";

/** Ten digits or more, one or two spaces, dashes or brackets between them at most: an individual number, a telephone, an account, however it is written. */
const personalNumber = "[0-9](?:[ \\t()\\x{00A0}\\x{2010}-\\x{2015}-]{0,2}[0-9]){9,}";
const words = "[10 digits or more]";
/** A moment, whose date and hour would be ten digits with a space. */
const moment = "([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2})";

/** SQL of a text without anything that could be a person's number; a moment gets a T between date and hour. */
export function masked(text: string): string {
  const told = `regexp_replace((${text})::varchar, ${quoted(moment)}, '\\1T\\2', 'g')`;
  return `regexp_replace(${told}, ${quoted(personalNumber)}, ${quoted(words)}, 'g')`;
}

/** A text without anything that could be a person's number. */
export function maskedText(text: string): string {
  return text.replaceAll(new RegExp(personalNumber.replaceAll("\\x{", "\\u{"), "gu"), words);
}
