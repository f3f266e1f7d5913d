import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { Session } from "../warehouse/session.ts";
import { createNeed } from "./build.ts";
import type { NeedRow } from "./need-row.ts";

const wanted = "wanted_household";

/** The need of one household on any day, from what was known then, made of that household's rows alone. A UserError when it does not live then. */
export async function needOf(
  session: Session,
  deployment: Deployment,
  { household, asOf }: { household: string; asOf: IsoDate },
): Promise<NeedRow> {
  await createReferenceTables(session, deployment, asOf);
  await session.run(
    `create or replace temp table ${wanted} as select household_key from identity_household where household_id = $household`,
    { household },
  );
  if ((await session.value<number>(`select count(*)::integer from ${wanted}`)) === 0)
    throw new UserError("no_household", `no household ${household} is known; give its pseudonym, as lists show it`, { exitCode: 2 });
  const snapshot = await session.value<number>("select max(load_id)::integer from load");
  await createNeed(session, deployment, { asOf, snapshot }, { households: wanted });
  const [row] = await session.rows<NeedRow>("select * exclude (household_key) from need");
  if (row === undefined)
    throw new UserError("no_household", `household ${household} does not live on ${asOf}, by what was known then`, { exitCode: 2 });
  return row;
}
