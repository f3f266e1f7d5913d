import { readFileSync } from "node:fs";
import { projectFile } from "../domain/project-files.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";

/** The story of a part in the order in which it is told: each is a select of sql/synth/story, kept as the temp table `synth_<name>`. */
const stages = [
  "household",
  "person",
  "stay",
  "home",
  "episode",
  "birth",
  "pay_effect",
  "strain",
  "person_month",
  "member_month",
  "household_month",
  "income_row",
  "quarter",
  "claimant",
  "claim_chance",
  "claim",
  "person_state",
  "plan",
  "plan_step",
  "asked",
  "spending",
] as const;

export type Stage = (typeof stages)[number];

/** Lives one part of the population, from what it is to what happens to it month by month; up to the stage `last` when that is enough. */
export async function tellStory(session: Session, parameters: Parameters, last?: Stage): Promise<void> {
  for (const stage of last === undefined ? stages : stages.slice(0, stages.indexOf(last) + 1)) {
    const select = readFileSync(projectFile(`sql/synth/story/${stage}.sql`), "utf8");
    await session.run(`create or replace temp table synth_${stage} as ${select}`, parameters);
  }
}
