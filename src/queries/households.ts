import type { IsoDate } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import { isWithin, type Principal } from "../domain/principal.ts";
import { entryOf, type ListEntry } from "../lists/read-list.ts";
import { readingDay } from "../lists/reading-day.ts";
import { type Sheet, sheetsFrom } from "../lists/sheets.ts";
import type { Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";

/** Why a household stands where it stands on the list that is shown, to the last part. */
export interface HouseholdExplanation extends Omit<ListEntry, "rank"> {
  run_id: string;
  as_of: IsoDate;
  /** Each rule in force: whether the household meets its condition. */
  conditions: { rule: string; state: "met" | "unmet" | "unknown" }[];
  /** What each feature of the model adds to the log-odds, from `base` to `margin`; null where no score counts, or it has expired. */
  score: {
    base: number;
    margin: number;
    /** Whether the contributions are estimates: of a model that was made elsewhere. */
    is_estimate: boolean;
    contributions: { feature: string; value: number | null; contribution: number; standard_error: number | null }[];
  } | null;
}

/** Explains a household of the list that is shown. One outside the principal's areas looks like one that is not there. */
export async function explainHousehold(
  principal: Principal,
  { published, now }: Sources,
  { householdId, lang, signal }: { householdId: string; lang: Language; signal?: AbortSignal },
): Promise<HouseholdExplanation> {
  requirePermission(principal, "households");
  return published.withCurrent((run) =>
    run.read(async (session) => {
      const sheet = await sheetOf(session, principal, householdId);
      const { meta } = run.frame;
      const isExpired = readingDay(meta, undefined, now()) > meta.valid_until;
      if (isExpired && sheet.basis === "risk") throw new NotFound("no list has this household");
      const { rank: _nowhere, ...entry } = entryOf(run.frame, 0, sheet, lang, isExpired);
      return {
        ...entry,
        run_id: run.id,
        as_of: meta.as_of,
        conditions: await conditionsOf(session, householdId),
        score: isExpired ? null : await scoreOf(session, householdId),
      };
    }, signal),
  );
}

/** What is kept of a household. One outside the principal's areas takes no longer than one that is not there. */
async function sheetOf(session: Session, principal: Principal, household: string): Promise<Sheet> {
  const [found] = await session.rows<{ place: number; area_code: string }>(
    "select place, area_code from entries where household_id = $household",
    { household },
  );
  if (found === undefined || !isWithin(principal, found.area_code)) throw new NotFound("no list has this household", found !== undefined);
  return (await sheetsFrom(session)([found.place])).get(found.place) as Sheet;
}

function conditionsOf(session: Session, household: string): Promise<HouseholdExplanation["conditions"]> {
  return session.rows("select rule, state from conditions where household_id = $household order by rule", { household });
}

async function scoreOf(session: Session, household: string): Promise<HouseholdExplanation["score"]> {
  const [score] = await session.rows<{ base: number; margin: number }>("select base, margin from scores where household_id = $household", {
    household,
  });
  if (score === undefined) return null;
  // A run that was published by an earlier version has no column for it.
  const [known] = await session.rows(
    "select 1 from duckdb_columns() where table_name = 'contributions' and column_name = 'standard_error'",
  );
  const standardError = known === undefined ? "null::double as standard_error" : "standard_error";
  const contributions = await session.rows<NonNullable<HouseholdExplanation["score"]>["contributions"][number] & Row>(
    `select feature, value, contribution, ${standardError} from contributions where household_id = $household order by abs(contribution) desc, feature`,
    { household },
  );
  return { ...score, is_estimate: contributions.some(({ standard_error }) => standard_error !== null), contributions };
}
