import type { Language } from "../domain/languages.ts";
import { isWithin, type Principal } from "../domain/principal.ts";
import { type HouseholdEntitlements, judgeHousehold } from "../entitlement/answer.ts";
import type { Frame } from "../entitlement/frame.ts";
import type { Session } from "../warehouse/session.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";
import { requirePublished } from "./required-step.ts";

/**
 * What a household may be entitled to by the run that is shown, whether it is listed or not. One outside the principal's areas looks like one
 * that is not there.
 */
export async function entitlementsOf(
  principal: Principal,
  { published }: Sources,
  { householdId, lang, signal }: { householdId: string; lang: Language; signal?: AbortSignal },
): Promise<HouseholdEntitlements> {
  requirePermission(principal, "households");
  return published.withCurrent((run) =>
    run.read(async (session) => {
      const frame = await frameIn(session);
      const [found] = await session.rows<{ area_code: string }>("select area_code from entitlement_facts where household_id = $household", {
        household: householdId,
      });
      const judged = await judgeHousehold(session, frame, relations, householdId, lang);
      if (found === undefined || judged === undefined || !isWithin(principal, found.area_code))
        throw new NotFound("no such household is known", found !== undefined);
      return judged;
    }, signal),
  );
}

const relations = { facts: "entitlement_facts", members: "entitlement_members" };

/** By what the run judged. */
async function frameIn(session: Session): Promise<Frame> {
  await requirePublished(session, "entitlement_frame", "entitle");
  return JSON.parse(await session.value<string>("select frame::varchar from entitlement_frame")) as Frame;
}
