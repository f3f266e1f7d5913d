import type { ContractTable } from "./table.ts";
import { household, person } from "./tables/household.ts";
import { communitySignal, consent, emergency, health, lifeEvent, observation, schooling } from "./tables/life.ts";
import { account, asset, credit, expenditure, income, utility } from "./tables/money.ts";
import { benefit, employmentMeasure, level, plan, planMeasure } from "./tables/support.ts";

/** Every table of the registry contract, each after those it refers to. */
export const contractTables: readonly ContractTable[] = [
  household,
  person,
  consent,
  income,
  expenditure,
  credit,
  account,
  asset,
  benefit,
  schooling,
  health,
  utility,
  employmentMeasure,
  lifeEvent,
  emergency,
  communitySignal,
  plan,
  planMeasure,
  level,
  observation,
];

/** The table of that name, or undefined. */
export function contractTable(name: string): ContractTable | undefined {
  return contractTables.find((each) => each.name === name);
}
