import { existsSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { readParameters } from "../parameters/dated-values.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import { type Judging, judgingOf } from "./judging.ts";
import { readScale, type Scale } from "./level/scale.ts";
import { type ProgrammeSet, readProgrammes } from "./programme.ts";

/** By what households were judged: enough to judge them again from their facts, word for word. JSON. */
export interface Frame extends ProgrammeSet, Judging {
  currency: string;
  /** First day of the quarter whose incomes count. */
  income_quarter: IsoDate;
  /** Last day through which each register is complete, by the longest publication lag. */
  complete_through: Readonly<Record<string, IsoDate>>;
  /** The Map's scale of levels; absent where the deployment has none, and in runs of earlier versions. */
  scale?: Scale;
}

/** The frame of a day. Needs the context of the facts in the session. */
export async function frameOf(session: Session, deployment: Deployment, date: IsoDate, incomeQuarter: IsoDate): Promise<Frame> {
  const parameters = readParameters(deployment.parameters);
  const set = await readProgrammes(session, listingFiles(deployment).programmes, parameters);
  const scale = existsSync(deployment.levels) ? { scale: await readScale(session, deployment.levels, parameters, set.terms) } : {};
  const complete = await session.rows<{ table_name: string; day: string }>(
    "select table_name, (month_until - interval 1 day)::date::varchar as day from coverage_clock order by table_name",
  );
  return {
    ...set,
    ...scale,
    ...judgingOf(parameters, date, incomeQuarter),
    currency: deployment.currency,
    income_quarter: incomeQuarter,
    complete_through: Object.fromEntries(complete.map(({ table_name, day }) => [table_name, day])),
  };
}
