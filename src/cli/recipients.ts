import { availableParallelism } from "node:os";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { type NoteName, noteNames, type Recipient, type RecipientNote, readNotes, readRecipients } from "../indicators/recipients.ts";
import { areaPrefix } from "../lists/list-id.ts";
import { formatMessage } from "../rules/message.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { languageOf, print, type Register, wholeNumber } from "./command.ts";
import { areaNames } from "./indicators.ts";
import { type MeasuredFlags, withMeasured, withMeasuredOptions } from "./measured.ts";
import { readAudited } from "./store.ts";
import { textTable } from "./text-table.ts";

interface Flags extends MeasuredFlags {
  note?: string;
  limit: string;
}

export const register: Register = (program) => {
  withMeasuredOptions(
    program
      .command("recipients")
      .description(
        "families on TSA: who may be ready to leave, may come back or stay long, whose plan is overdue. Never a ground to stop help",
      ),
    String(availableParallelism()),
  )
    .option("--note <note>", `only families with one: ${noteNames.join(", ")}`)
    .option("--limit <n>", "families at most", "50")
    .action(show);
};

async function show(flags: Flags): Promise<void> {
  const language = languageOf(flags);
  const note = noteOf(flags.note);
  const limit = wholeNumber("--limit", flags.limit, 1);
  const areas = [areaPrefix(flags.area)];
  const notes = readNotes();
  const read = () =>
    withMeasured(flags, 1, async (session, deployment) => ({
      as_of: flags.asOf,
      places: await areaNames(session, language),
      recipients: await readRecipients(session, notes, { asOf: flags.asOf, areas, note, limit, language, currency: deployment.currency }),
    }));
  const idsOf = ({ recipients }: Awaited<ReturnType<typeof read>>) => recipients.map(({ household_id }) => household_id);
  const found = await readAudited(dataDirectory(flags.data), { action: "aldyn recipients" }, read, idsOf);
  const { places, ...shown } = found;
  print(shown, flags, () => recipientsText(shown.recipients, places, flags.asOf, language));
}

function noteOf(note: string | undefined): NoteName | undefined {
  const found = noteNames.find((each) => each === note);
  if (note !== undefined && found === undefined)
    throw new UserError("bad_option", `--note ${note}${didYouMean(note, noteNames)}: give one of ${noteNames.join(", ")}`, { exitCode: 2 });
  return found;
}

const labels = {
  kk: {
    title: "АӘК алатын отбасылар",
    head: ["Отбасы", "Аумақ", "Басталды", "Не көрінеді", "Не ұсынуға болады"],
    members: "{members} адам",
    note: "Ақпарат қана: бұл белгілер көмекті тоқтатуға, азайтуға немесе бермеуге негіз емес.",
  },
  ru: {
    title: "Семьи, получающие АСП",
    head: ["Семья", "Место", "Начало", "Что видно", "Что можно предложить"],
    members: "{members} чел.",
    note: "Только для сведения: эти отметки не основание прекращать, уменьшать или не давать помощь.",
  },
  en: {
    title: "Families on TSA",
    head: ["Family", "Place", "Began", "What is seen", "What can be offered"],
    members: "{members, plural, one {# person} other {# persons}}",
    note: "Information only: none of these notes is a ground to stop, lower or withhold help.",
  },
} as const;

function recipientsText(recipients: readonly Recipient[], places: ReadonlyMap<string, string>, asOf: string, language: Language): string {
  const words = labels[language];
  const rows = recipients.map(({ household_id, area_code, members, starts_on, is_start_seen, notes }) => [
    `${household_id}\n${formatMessage(words.members, language, { members })}`,
    [places.get(area_code.slice(0, 2)), places.get(area_code.slice(0, 4)), area_code].filter((each) => each !== undefined).join("\n"),
    `${is_start_seen ? "" : "≤ "}${starts_on}`,
    notes
      .filter(({ state }) => state !== "no")
      .map(noteText)
      .join("\n"),
    notes.flatMap(({ advice }) => (advice === null ? [] : `• ${advice}`)).join("\n"),
  ]);
  return [
    `${words.title}, ${asOf}: ${recipients.length}`,
    "",
    textTable(words.head, rows, { width: 150, apart: true }),
    "",
    words.note,
  ].join("\n");
}

function noteText({ name, state, reasons }: RecipientNote): string {
  return `${state === "yes" ? "•" : "?"} ${name}: ${reasons.map(({ text }) => text).join("; ")}`;
}
