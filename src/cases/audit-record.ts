import { hashOf } from "../domain/canonical.ts";
import type { Role } from "../domain/principal.ts";

/** What is kept of one request or command. */
export interface AuditEntry {
  principal_id: string | null;
  role: Role | null;
  areas: readonly string[];
  /** The route's pattern, `GET /v1/lists/:id/entries`, or the command, `aldyn token create`: never an address with values in it. */
  action: string;
  purpose: string | null;
  /** Ids of lists and runs, pseudonyms of households. */
  objects: readonly string[];
  outcome: "ok" | "denied" | "failed";
  status: number | null;
}

/** A record as it stands in the store. */
export interface AuditRecord extends AuditEntry {
  writer: string;
  sequence: number;
  /** ISO text. */
  at: string;
  previous_hash: string;
  hash: string;
}

/** The opening of a writer, chained to the one before it. */
export interface AuditOpening {
  number: number;
  writer: string;
  opened_at: string;
  previous_hash: string;
}

/** What the first writer's opening is chained to. */
export const origin = "0".repeat(64);
const longestText = 500;
const mostObjects = 1000;
const idForm = /^[\w.:/-]{1,128}$/;

/** SHA-256 over everything that a record says, its place in the chain included. */
export function hashOfRecord({ hash: _, ...content }: AuditRecord): string {
  return hashOf(content);
}

export function hashOfOpening({ number, writer, opened_at, previous_hash }: AuditOpening): string {
  return hashOf({ number, writer, opened_at, previous_hash });
}

/** SHA-256 of where a writer's chain ends, so that a head set back is seen even without the records. */
export function hashOfHead({ writer, sequence, hash }: { writer: string; sequence: number; hash: string }): string {
  return hashOf({ writer, sequence, hash });
}

/** The entry as it may be kept: what is no id is no object, persons' numbers are struck out, texts are of one line and bounded. Never an error: one strange request must not stop the record of the others. */
export function cleaned(entry: AuditEntry): AuditEntry {
  return {
    principal_id: entry.principal_id === null ? null : line(entry.principal_id),
    role: entry.role,
    areas: entry.areas.map(line),
    action: line(entry.action),
    purpose: entry.purpose === null ? null : line(entry.purpose),
    objects: entry.objects.slice(0, mostObjects).map((object) => (idForm.test(object) ? withoutPersonsNumber(object) : "(not an id)")),
    outcome: entry.outcome,
    status: entry.status,
  };
}

function line(text: string): string {
  return withoutPersonsNumber(text.replaceAll(/[\p{Cc}\p{Cs}]+/gu, " ").slice(0, longestText)).replaceAll(/\p{Cs}/gu, " ");
}

/** An individual identification number has twelve digits; longer runs of digits and hexadecimal ids are left alone. */
function withoutPersonsNumber(text: string): string {
  return text.replaceAll(/(?<![0-9A-Fa-f])\d{12}(?![0-9A-Fa-f])/g, "************");
}
