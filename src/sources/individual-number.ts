import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import type { IdKind } from "./pseudonym.ts";

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** SQL of whether a text is an individual identification number of Kazakhstan (IIN): a date of birth, a century, and a check digit that fits. */
function isIndividualNumberSql(text: string): string {
  const sum = (weight: (place: number) => number) =>
    digits.map((place) => `substr(n, ${place}, 1)::integer * ${weight(place)}`).join(" + ");
  const first = `(${sum((place) => place)}) % 11`;
  const second = `(${sum((place) => ((place + 1) % 11) + 1)}) % 11`;
  return `coalesce(list_transform([${text}], lambda n:
      case when regexp_full_match(n, '[0-9]{6}[0-6][0-9]{5}') and try_strptime(left(n, 6), '%y%m%d') is not null
        then case when ${first} < 10 then ${first} else ${second} end = right(n, 1)::integer else false end)[1], false)`;
}

/** So few may be chance or a slip; more are a register of individual numbers. */
const handful = 5;

/**
 * Takes individual numbers out of the temp table `numbers_seen` of a source that calls its numbers pseudonyms: without a key anybody could find
 * the person again, so their rows are refused. Stops the load when they are more than a handful and more than one in a hundred.
 */
export async function refuseIndividualNumbers(session: Session, kind: IdKind, place: string): Promise<void> {
  const isIndividual = isIndividualNumberSql("regexp_replace(inner_hash, '[ -]', '', 'g')");
  const { found, total } = await session.row<{ found: number; total: number }>(
    `select count(*) filter (where ${isIndividual})::integer as found, count(*)::integer as total from (select distinct inner_hash from numbers_seen)`,
  );
  if (found >= handful && found * 100 > total)
    throw new UserError(
      "not_pseudonymous",
      `${place}: ${found} of ${total} numbers of ${kind}s are individual numbers (IIN), yet the source says pseudonymous: true. Remove it, so that they are hashed with a key`,
    );
  if (found > 0) await session.run(`delete from numbers_seen where ${isIndividual}`);
}
