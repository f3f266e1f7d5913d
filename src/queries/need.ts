import type { Language } from "../domain/languages.ts";
import { isWithin, type Principal } from "../domain/principal.ts";
import type { NeedRow } from "../need/need-row.ts";
import { type NeedSheet, needSheet } from "../need/sheet.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";
import { requirePublished } from "./required-step.ts";

/** A household's need by the run that is shown. One outside the principal's areas looks like one that is not there. */
export async function householdNeed(
  principal: Principal,
  { published }: Sources,
  { householdId, lang, signal }: { householdId: string; lang: Language; signal?: AbortSignal },
): Promise<NeedSheet & { run_id: string }> {
  requirePermission(principal, "households");
  return published.withCurrent((run) =>
    run.read(async (session) => {
      const { meta } = run.frame;
      await requirePublished(session, "needs", "need");
      const [row] = await session.rows<NeedRow>("select * from needs where household_id = $household", { household: householdId });
      if (row === undefined || !isWithin(principal, row.area_code))
        throw new NotFound("the run that is shown knows no such household", row !== undefined);
      return { run_id: run.id, ...needSheet(row, { asOf: meta.as_of, currency: meta.currency, language: lang }) };
    }, signal),
  );
}
