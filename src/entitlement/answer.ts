import { addDays, addMonths, type IsoDate, quarterName, quarterStart } from "../domain/dates.ts";
import type { Language, Sentences } from "../domain/languages.ts";
import { formatMessage } from "../rules/message.ts";
import type { Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import { columnsOf, conditionColumns, type EntitlementState, entitlementSelect, states } from "./compile.ts";
import type { Frame } from "./frame.ts";
import { isOn, valuesIn } from "./judging.ts";
import { type JudgedLevel, judgeLevel } from "./level/answer.ts";
import { type Condition, conditionsOf, type Programme, type Relation } from "./programme.ts";
import { activationWords, notice, quarterNote, registerWords, stateWords, tsaKindWords } from "./words.ts";

/** A condition of a programme as it was judged of a household. */
export interface JudgedCondition {
  id: string;
  state: "met" | "unmet" | "unknown";
  text: string;
  /** As shown: a sum per member and month, a count, or 1 and 0 for yes and no. */
  value: number | null;
  threshold: number | null;
  unit: string;
  register: string;
  register_name: string;
  /** The newest record of the household there; null where it has none. */
  known_on: IsoDate | null;
  /** The last day through which the register is complete; null where it never is. */
  complete_through: IsoDate | null;
  reference: string;
}

/** What a household may be told of one programme. */
export interface JudgedProgramme {
  code: string;
  name: string;
  kind: Programme["kind"];
  state: EntitlementState;
  state_text: string;
  /** Whether it receives it already; null where registers do not say. */
  receives: boolean | null;
  amount_lcu: number | null;
  period: "month" | "once" | null;
  /** For how long it would be granted; null where the law sets none. */
  assigned_for: { from: IsoDate; to: IsoDate } | null;
  reference: string;
  /** The programme whose conditions come first among its own. */
  conditions_of: string | null;
  conditions: JudgedCondition[];
  papers: string[];
  /** What is not known, and where to ask. */
  unknown: { condition: string; text: string; ask_at: string }[];
  /** What registers never show; null when there is nothing. */
  ask: string | null;
}

/** What an able-bodied member would take upon himself under a social contract. */
export interface JudgedMember {
  role: string | null;
  age_years: number | null;
  activation: string;
  text: string;
}

/** What a household may be entitled to, condition by condition. */
export interface HouseholdEntitlements {
  household_id: string;
  as_of: IsoDate;
  currency: string;
  income_quarter: string;
  /** Said when the quarter is not the one before that of the application; else null. */
  income_quarter_note: string | null;
  notice: string;
  programmes: JudgedProgramme[];
  tsa_kind: "unconditional" | "conditional" | null;
  tsa_kind_text: string | null;
  /** Members able to work, or of whom that is unknown, where TSA may be conditional. */
  members: JudgedMember[];
  /** The Map's level by its unofficial scale; null where none is in force. */
  level: JudgedLevel | null;
}

/** Relations with the facts of households and their members, by household_id. */
export interface FactRelations {
  facts: string;
  members: string;
}

/** Judges one household of `relations` by the frame, in words. Undefined when there is none of this id. */
export async function judgeHousehold(
  session: Session,
  frame: Frame,
  { facts, members }: FactRelations,
  householdId: string,
  language: Language,
): Promise<HouseholdEntitlements | undefined> {
  const one = `(select * from ${facts} where household_id = $household)`;
  const select = entitlementSelect(frame, frame, one, "* exclude (tsa_kind)");
  const [row] = await session.rows(select, { household: householdId });
  if (row === undefined) return undefined;
  const programmes = frame.programmes
    .filter((programme) => isOn(programme, frame))
    .map((programme) => judgedProgramme(programme, frame, row, language))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a.code < b.code ? -1 : 1));
  const kind = row.tsa_kind as HouseholdEntitlements["tsa_kind"];
  return {
    household_id: householdId,
    as_of: frame.date,
    currency: frame.currency,
    income_quarter: quarterName(frame.income_quarter),
    income_quarter_note:
      addMonths(frame.income_quarter, 3) === quarterStart(frame.date)
        ? null
        : formatMessage(quarterNote[language], language, { quarter: quarterName(frame.income_quarter) }),
    notice: notice[language],
    programmes,
    tsa_kind: kind,
    tsa_kind_text: kind === null ? null : (tsaKindWords[kind] as Sentences)[language],
    members:
      row.tsa_state === "not_by_registers" || kind === "unconditional" ? [] : await membersOf(session, members, householdId, language),
    level: await judgeLevel(session, frame, { one, householdId }, language),
  };
}

/** What may be given stands first; a programme that rests on another's conditions comes after it. */
function placeOf({ state, conditions_of }: JudgedProgramme): number {
  return states.indexOf(state) * 2 + (conditions_of === null ? 0 : 1);
}

function judgedProgramme(programme: Programme, frame: Frame, row: Row, language: Language): JudgedProgramme {
  const { code, name, kind, period, reference, papers, ask, assigned_for } = programme;
  const columns = columnsOf(code);
  const conditions = conditionsOf(programme, frame.programmes)
    .filter(({ condition }) => isOn(condition, frame))
    .map(({ owner, condition }) => judgedCondition(owner, condition, frame, row, language));
  const state = row[columns.state] as EntitlementState;
  const from = quarterStart(frame.date);
  return {
    code,
    name: name[language],
    kind,
    state,
    state_text: stateWords[state][language],
    receives: row[columns.receives] as boolean | null,
    amount_lcu: row[columns.amount] as number | null,
    period: period ?? null,
    assigned_for: assigned_for === undefined ? null : { from, to: addDays(addMonths(from, 3), -1) },
    reference,
    conditions_of: programme.conditions_of ?? null,
    conditions,
    papers: papers.map((paper) => paper[language]),
    unknown: conditions
      .filter((condition) => condition.state === "unknown")
      .map(({ id, text, register_name }) => ({ condition: id, text, ask_at: register_name })),
    ask: ask?.[language] ?? null,
  };
}

function judgedCondition(code: string, condition: Condition, frame: Frame, row: Row, language: Language): JudgedCondition {
  const { id, unit, register, reference } = condition;
  const columns = conditionColumns(code, id);
  const met = row[columns.met] as boolean | null;
  const [value, threshold] = [row[columns.value] as number | null, row[columns.threshold] as number | null];
  const state = met === null ? "unknown" : met ? "met" : "unmet";
  const known = { ...valuesIn(frame, String(row.area_code)), ...sayable(row), currency: frame.currency } as Record<string, string | number>;
  if (value !== null) known.value = value;
  if (threshold !== null) known.threshold = threshold;
  if (value !== null && threshold !== null) known.difference = Math.abs(value - threshold);
  return {
    id,
    state,
    text: formatMessage(sentenceOf(condition, state, value, threshold)[language], language, known),
    value,
    threshold,
    unit,
    register,
    register_name: registerWords[register]?.[language] ?? register,
    known_on: (row[`${register}_on`] as string | undefined) ?? null,
    complete_through: frame.complete_through[register] ?? null,
    reference,
  };
}

/** A condition that is met by its exemption alone says so. */
function sentenceOf(condition: Condition, state: JudgedCondition["state"], value: number | null, threshold: number | null): Sentences {
  const { exempt, relation } = condition;
  if (state !== "met" || exempt === undefined) return condition[state];
  if (value === null) return exempt;
  const limit = threshold ?? 0;
  const meets = {
    below: value < limit,
    at_most: value <= limit,
    above: value > limit,
    at_least: value >= limit,
    yes: value === 1,
    no: value === 0,
  };
  return meets[relation as Relation] ? condition.met : exempt;
}

/** Facts and terms that a sentence may name: those that are known. */
export function sayable(row: Row): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (typeof value === "number" || typeof value === "string" ? [[name, value]] : [])),
  );
}

async function membersOf(session: Session, members: string, household: string, language: Language): Promise<JudgedMember[]> {
  const rows = await session.rows<{ role: string | null; age_years: number | null; activation: string }>(
    `select role, age_years, coalesce(activation, 'unknown') as activation from ${members}
     where household_id = $household and is_employable is not false order by place`,
    { household },
  );
  return rows.map((member) => ({ ...member, text: (activationWords[member.activation] as Sentences)[language] }));
}
