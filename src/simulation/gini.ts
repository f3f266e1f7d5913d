import type { Session } from "../warehouse/session.ts";
import type { Three } from "./result.ts";
import { rounded } from "./rounded.ts";
import { type Drawn, isWhole, linearisedError } from "./sampling-errors.ts";

/**
 * Gini coefficients of income per head over persons, from whole sums of the families in order of it; families of equal income weigh the same in
 * any order. Of a sample also standard errors, by linearisation: with N persons of income Y in all, and n of income s up to a person's own y,
 * its value is (2 (n y - s) + Y - N y - G (Y + N y)) / (N Y) (Deville 1999; Langel and Tillé 2013, Variance estimation of the Gini index, JRSS A 176),
 * a family's that of its members.
 */
export async function giniCoefficients(
  session: Session,
  incomes: Three<string>,
  drawn: Drawn,
): Promise<{ gini: Three<number>; errors: Three<number> | undefined }> {
  const found: [string, { gini: number; error: number }][] = [];
  for (const [when, income] of Object.entries(incomes)) found.push([when, await giniOf(session, income, drawn)]);
  const each = (figure: "gini" | "error") => Object.fromEntries(found.map(([when, said]) => [when, said[figure]])) as Three<number>;
  return { gini: each("gini"), errors: isWhole(drawn) ? undefined : each("error") };
}

async function giniOf(session: Session, income: string, drawn: Drawn): Promise<{ gini: number; error: number }> {
  const isSampled = !isWhole(drawn);
  const upTo = `over (order by income_3 / members${isSampled ? ", household_id" : ""} rows unbounded preceding)`;
  const family = `
    family as (
      select income_3, members, sum(members) ${upTo}::bigint as up_to${isSampled ? `, sum(income_3) ${upTo}::hugeint as income_up_to` : ""}
      from (select household_id, members, (${income})::bigint as income_3 from simulated where before_3 is not null and line_3 is not null)
    ),
    whole as (select sum(members)::bigint as persons, sum(income_3)::hugeint as income from family)`;
  const gini =
    (await session.value<number | null>(`with ${family}
      select sum(income_3::hugeint * (2 * up_to - members - persons))::double / nullif(max(persons) * max(income), 0)::double
      from family, whole`)) ?? 0;
  if (!isSampled) return { gini: rounded(gini, 8), error: 0 };
  // Values are taken times N, to six digits, so that their squares add up exactly.
  const squares = await session.row<{ squares: number | null; persons: number | null }>(`with ${family},
    linearised as (
      select persons, ((2 * (up_to::double * income_3 - income_up_to::double * members) + members * income::double - persons::double * income_3
        - ${gini} * (members * income::double + persons::double * income_3)) / income::double)::decimal(15, 6) as value
      from family, whole where income > 0
    )
    select sum(value * value)::double as squares, max(persons) as persons from linearised`);
  const persons = Number(squares.persons ?? 0);
  return { gini: rounded(gini, 8), error: persons === 0 ? 0 : rounded(linearisedError(squares.squares ?? 0, drawn) / persons, 8) };
}
