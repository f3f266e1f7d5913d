import { z } from "zod";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { type Language, Sentences } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { sentence } from "../lists/sentences.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { messageFaults } from "../rules/message.ts";
import type { Session } from "../warehouse/session.ts";

/** Notes on a family that receives TSA, in the order in which they are shown. */
export const noteNames = ["exit_ready", "return_risk", "long_stay_risk", "plan_overdue"] as const;
export type NoteName = (typeof noteNames)[number];

const Note = z.strictObject({
  from: z.iso.date(),
  name: Sentences,
  advice: Sentences,
  reasons: z.record(z.string(), Sentences),
});
const NoteFile = z.strictObject({ exit_ready: Note, return_risk: Note, long_stay_risk: Note, plan_overdue: Note });
export type Notes = z.infer<typeof NoteFile>;

/** The words of the notes. A UserError names a sentence that does not parse, or names anything but its value. */
export function readNotes(file: string = projectFile("models/recipient-notes.yaml")): Notes {
  const notes = readYaml(file, NoteFile);
  const faults = noteNames.flatMap((note) =>
    Object.entries(notes[note].reasons).flatMap(([reason, sentences]) =>
      messageFaults(sentences, new Set(["value"])).map((fault) => `${file}: ${note}.reasons.${reason}: ${fault}`),
    ),
  );
  if (faults.length > 0) throw new UserError("bad_notes", faults.join("\n"));
  return notes;
}

/** A note on a family: `yes` with its reasons, `unknown` with what is not known, or `no`. */
export interface RecipientNote {
  note: NoteName;
  name: string;
  state: "yes" | "no" | "unknown";
  reasons: { code: string; text: string; value: number | null }[];
  /** What a worker may offer then; null when there is nothing to say. */
  advice: string | null;
}

/** A family on TSA, and what a worker may want to look at. Information only: nothing stops or lowers help by it. */
export interface Recipient {
  household_id: string;
  area_code: string;
  members: number;
  /** First day of the spell that runs, and its last one by the decisions known; null when open. */
  starts_on: IsoDate;
  until: IsoDate | null;
  /** Whether the register is complete for the time before it, so that it began then. */
  is_start_seen: boolean;
  notes: RecipientNote[];
}

export interface RecipientQuery {
  asOf: IsoDate;
  /** KATO prefixes. */
  areas: readonly string[];
  /** Only families with this note. */
  note?: NoteName | undefined;
  /** Households after this one, in the order of their ids. */
  after?: string | undefined;
  limit: number;
  language: Language;
  currency: string;
}

interface Stored extends Omit<Recipient, "notes"> {
  [column: string]: unknown;
}

/** Present recipients of the measured tables of a session, in the order of their ids: at most `limit`. */
export async function readRecipients(session: Session, notes: Notes, query: RecipientQuery): Promise<Recipient[]> {
  const { areas, note, after = "", limit } = query;
  const rows = await session.rows<Stored>(
    `select household_id, area_code, members::integer as members, starts_on::varchar as starts_on,
       case when until < date '9999-12-31' then until::varchar end as until, is_start_seen
     from recipient
     where household_id > $after
       and exists (select 1 from (select unnest(from_json($areas::varchar, '["VARCHAR"]')) as prefix) where starts_with(area_code, prefix))
       and ($note = '' or household_id in (select household_id from recipient_note where note = $note and not ends_with(reason, 'unknown')))
     order by household_id
     limit $limit`,
    { after, areas: JSON.stringify(areas), note: isGiven(notes, note, query.asOf) ? (note ?? "") : "-", limit },
  );
  const reasons = await session.rows<{ household_id: string; note: NoteName; reason: string; value: number | null }>(
    `select household_id, note, reason, value from recipient_note
     where household_id in (select unnest(from_json($ids::varchar, '["VARCHAR"]'))) order by household_id, note, reason`,
    { ids: JSON.stringify(rows.map(({ household_id }) => household_id)) },
  );
  const byHousehold = new Map<string, typeof reasons>();
  for (const reason of reasons) byHousehold.set(reason.household_id, [...(byHousehold.get(reason.household_id) ?? []), reason]);
  return rows.map((row) => ({ ...row, notes: notesOf(notes, byHousehold.get(row.household_id) ?? [], query) }));
}

/** Whether a note is given on a day; none asked for is always given. */
function isGiven(notes: Notes, note: NoteName | undefined, asOf: IsoDate): boolean {
  return note === undefined || notes[note].from <= asOf;
}

function notesOf(
  notes: Notes,
  reasons: readonly { note: NoteName; reason: string; value: number | null }[],
  { language, currency, asOf }: RecipientQuery,
): RecipientNote[] {
  return noteNames
    .filter((note) => isGiven(notes, note, asOf))
    .map((note) => {
      const { name, advice, reasons: words } = notes[note];
      const found = reasons.filter((each) => each.note === note);
      const known = found.filter(({ reason }) => !reason.endsWith("unknown"));
      const state = known.length > 0 ? "yes" : found.length > 0 ? "unknown" : "no";
      return {
        note,
        name: name[language],
        state,
        reasons: (known.length > 0 ? known : found).map(({ reason, value }) => ({
          code: reason,
          text: sentence(words[reason] as Sentences, { value: value ?? 0 }, language, currency),
          value,
        })),
        advice: state === "yes" ? advice[language] : null,
      };
    });
}
