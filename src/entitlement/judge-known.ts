import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { Session } from "../warehouse/session.ts";
import { type HouseholdEntitlements, judgeHousehold } from "./answer.ts";
import { createFacts, factParameters } from "./facts.ts";
import { frameOf } from "./frame.ts";
import { addLevelFacts, createLevelContext } from "./level/facts.ts";

/** Judges one household by what the warehouse knew before `asOf`, without any run. A UserError says that none of this id lived then. */
export async function judgeKnownHousehold(
  session: Session,
  deployment: Deployment,
  { household, asOf, language }: { household: string; asOf: IsoDate; language: Language },
): Promise<HouseholdEntitlements> {
  listingFiles(deployment);
  const missing = () => new UserError("no_household", `no household ${household} is known to have lived on ${asOf}`, { exitCode: 2 });
  const snapshot = await session.value<number | null>("select max(load_id) from load");
  await session.run(
    "create or replace temp table asked_household as select household_key from identity_household where household_id = $household",
    { household },
  );
  if ((await session.value<number>("select count(*) from asked_household")) === 0) throw missing();
  await createReferenceTables(session, deployment, asOf);
  const cut = { asOf, snapshot: snapshot ?? 0, households: "asked_household" };
  const { incomeQuarter } = await createFacts(session, cut);
  await session.run(
    "create or replace temp view asked_members as select h.household_id, m.* from entitlement_member as m join cohort as h on h.household_key = m.household_key",
  );
  const frame = await frameOf(session, deployment, asOf, incomeQuarter);
  if (frame.scale !== undefined) await addLevelFacts(session, cut, await createLevelContext(session, await factParameters(session, cut)));
  const judged = await judgeHousehold(session, frame, { facts: "entitlement_family", members: "asked_members" }, household, language);
  if (judged === undefined) throw missing();
  return judged;
}
