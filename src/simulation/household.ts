import { UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { type HouseholdEntitlements, type JudgedCondition, type JudgedProgramme, judgeHousehold } from "../entitlement/answer.ts";
import type { Frame } from "../entitlement/frame.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted } from "../warehouse/session.ts";
import { frameAt } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { AskedSimulation } from "./plan.ts";
import { keepMissingFacts, withSimulation } from "./simulate-change.ts";

/** A programme as a family would see it today and after the change; null where it is not in force. */
export interface SeenProgramme {
  code: string;
  name: string;
  today: SeenSide | null;
  changed: SeenSide | null;
  /** Conditions whose state or sentence differs. */
  conditions: { id: string; today: SeenCondition | null; changed: SeenCondition | null }[];
}

export type SeenSide = Pick<JudgedProgramme, "state" | "state_text" | "amount_lcu" | "period">;
export type SeenCondition = Pick<JudgedCondition, "state" | "text" | "value" | "threshold" | "reference">;

/** What one family would see of a change. */
export interface SeenHousehold {
  household_id: string;
  name: string;
  question: string;
  currency: string;
  days: { as_of: string; income_quarter: string; programmes: SeenProgramme[] }[];
}

/** One family's programmes today and after a change, condition by condition. A UserError says that none of this id lived on a day. */
export function simulatedHousehold(asked: AskedSimulation, household: string, language: Language): Promise<SeenHousehold> {
  return withSimulation(asked, async ({ days }, changed) => {
    await keepMissingFacts(days, asked, changed);
    const session = await openDatabase(":memory:", { ...asked, mode: "write" });
    try {
      await session.script(
        "create temp table no_member (household_id varchar, role varchar, age_years integer, activation varchar, is_employable boolean, place integer)",
      );
      const judged = async (frame: Frame, { directory }: Facts, date: string): Promise<HouseholdEntitlements> => {
        await session.run(
          `create or replace temp table asked as select * from read_parquet(${quoted(`${directory}/*.parquet`)}) where household_id = ${quoted(household)}`,
        );
        const found = await judgeHousehold(session, frame, { facts: "asked", members: "no_member" }, household, language);
        if (found === undefined) throw new UserError("no_household", `no household ${household} is known to have lived on ${date}`);
        return found;
      };
      const seen: SeenHousehold["days"] = [];
      for (const { date, today, changed: facts } of days) {
        const before = await judged(await frameAt(session, asked.deployment, today), today, date);
        const after = await judged(await frameAt(session, changed, facts), facts, date);
        seen.push({ as_of: date, income_quarter: before.income_quarter, programmes: beside(before.programmes, after.programmes) });
      }
      const { name, question } = asked.change;
      return { household_id: household, name, question, currency: asked.deployment.currency, days: seen };
    } finally {
      session.close();
    }
  });
}

function beside(before: readonly JudgedProgramme[], after: readonly JudgedProgramme[]): SeenProgramme[] {
  const codes = [...new Set([...before, ...after].map(({ code }) => code))];
  return codes.map((code) => {
    const [today, changed] = [before, after].map((all) => all.find((each) => each.code === code)) as [
      JudgedProgramme | undefined,
      JudgedProgramme | undefined,
    ];
    const ids = [...new Set([...(today?.conditions ?? []), ...(changed?.conditions ?? [])].map(({ id }) => id))];
    const conditions = ids.map((id) => ({ id, today: conditionOf(today, id), changed: conditionOf(changed, id) }));
    return {
      code,
      name: (changed ?? today)?.name ?? code,
      today: sideOf(today),
      changed: sideOf(changed),
      conditions: conditions.filter((each) => JSON.stringify(each.today) !== JSON.stringify(each.changed)),
    };
  });
}

function sideOf(programme: JudgedProgramme | undefined): SeenSide | null {
  if (programme === undefined) return null;
  const { state, state_text, amount_lcu, period } = programme;
  return { state, state_text, amount_lcu: state === "not_by_registers" ? null : amount_lcu, period };
}

function conditionOf(programme: JudgedProgramme | undefined, id: string): SeenCondition | null {
  const found = programme?.conditions.find((each) => each.id === id);
  if (found === undefined) return null;
  const { state, text, value, threshold, reference } = found;
  return { state, text, value, threshold, reference };
}
