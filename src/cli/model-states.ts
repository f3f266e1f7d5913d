import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import type { Change } from "../cases/change-model-state.ts";
import { type ModelEvent, modelEvents } from "../cases/model-states.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { modelIds, readModel, readModelDirectory, type StoredModel, storeModel } from "../scoring/model-store.ts";
import { requirePromotable } from "../scoring/promotion-gate.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { conditionsNow, decide } from "./decide.ts";
import { modelNamed, type StoreFlags, withData } from "./model-store.ts";
import { withStoreIfAny } from "./store.ts";
import { textTable } from "./text-table.ts";

interface DecisionFlags extends StoreFlags {
  why?: string;
  who?: string;
  deployment: string;
}

/** `aldyn model promote`, `shadow`, `retire`, `rollback`, `off`, `on` and `history`: what each model version is for, and who decided so. */
export function registerStates(model: Command): void {
  const ofOne = "by id, the beginning of one, or directory";
  deciding(model.command("promote <model>"), `make a model champion, ${ofOne}`, (named, flags) =>
    named === "none" ? change({ action: "off" }, flags) : changeOf("promote", named, flags),
  );
  deciding(model.command("shadow <model>"), `have a model scored beside the champion each night, ${ofOne}`, (named, flags) =>
    changeOf("shadow", named, flags),
  );
  deciding(model.command("retire <model>"), `take a model out of use, ${ofOne}`, (named, flags) => changeOf("retire", named, flags));
  for (const [action, description] of Object.entries(switches))
    withDecision(model.command(action).description(description)).action((flags: DecisionFlags) =>
      change({ action: action as keyof typeof switches }, flags),
    );
  withData(model.command("history [model]").description("every change of state, of one model or of all: who, when and why")).action(
    history,
  );
}

const switches = {
  rollback: "make the champion before this one champion again",
  off: "go on with rules and need alone, from the next run on",
  on: "make the last champion champion again",
} as const;

function deciding(command: Command, description: string, act: (named: string, flags: DecisionFlags) => Promise<void>): void {
  withDecision(command.description(description)).action(act);
}

function withDecision(command: Command): Command {
  return withData(command)
    .option("--why <text>", "the reason, for the record")
    .option("--who <name>", "who decides; the user of this machine when absent")
    .addOption(new Option("--deployment <file>", "deployment file").default(projectFile("models/deployment.yaml")).hideHelp());
}

/** The same for a model that may stand outside the data directory: it is kept there first. */
function changeOf(action: "promote" | "shadow" | "retire", named: string, flags: DecisionFlags): Promise<void> {
  requireWhy(action, flags);
  const data = dataDirectory(flags.data);
  const found = modelNamed(data, named);
  if (action === "promote") requirePromotable(found.manifest, conditionsNow(flags.deployment));
  return change({ action, id: kept(data, found) }, flags);
}

function kept(data: DataDirectory, found: StoredModel): string {
  const { id } = found.manifest;
  if (!modelIds(data).includes(id)) storeModel(data, found);
  return id;
}

async function change(wanted: Change, flags: DecisionFlags): Promise<void> {
  const why = requireWhy(wanted.action, flags);
  const data = dataDirectory(flags.data);
  const decision = { who: flags.who ?? userInfo().username, why, at: new Date().toISOString() };
  const events = await decide({ data, deploymentFile: flags.deployment, doing: `aldyn model ${wanted.action}` }, wanted, decision);
  const last = events.at(-1) as ModelEvent;
  print({ ...decision, action: wanted.action, id: last.model_id, events }, flags, () => said(last, data));
}

function requireWhy(action: string, { why, who }: DecisionFlags): string {
  if (why === undefined || why.trim() === "" || who?.trim() === "")
    throw new UserError("bad_option", `say in words why: npx aldyn model ${action} ... --why "the reason"`, { exitCode: 2 });
  return why;
}

function said({ action, model_id, to }: ModelEvent, data: DataDirectory): string {
  const next = "from the next run on";
  if (action === "off") return `No model is champion now: lists go on with rules and need ${next}. Back: npx aldyn model on --why "..."`;
  if (model_id === null) return `No model was champion; made-up data have the shipped demo model again ${next}.`;
  const name = `${nameOf(data, model_id)} (${model_id})`;
  if (to === "champion") return `${name} is champion now: lists are made with it ${next}.`;
  return to === "shadow" ? `${name} is scored beside the champion ${next}; no list changes by it.` : `${name} is retired.`;
}

function nameOf(data: DataDirectory, id: string): string {
  try {
    return readModel(data, id).manifest.name;
  } catch {
    return "a model that can no longer be read";
  }
}

async function history(named: string | undefined, flags: StoreFlags): Promise<void> {
  const data = dataDirectory(flags.data);
  const events = await withStoreIfAny(data, "aldyn model history", modelEvents);
  const found = named === undefined ? events : events.filter(({ model_id }) => model_id?.startsWith(idOf(data, named)));
  print(found, flags, () =>
    found.length === 0
      ? "no model's state was ever changed"
      : textTable(
          ["when", "action", "model", "from", "to", "who", "why"],
          found.map(({ at, action, model_id, from, to, who, why }) => [
            at,
            action,
            model_id?.slice(0, 12) ?? "-",
            from ?? "-",
            to ?? "-",
            who,
            why,
          ]),
        ),
  );
}

/** A model's history outlives its files. */
function idOf(data: DataDirectory, named: string): string {
  if (/^[0-9a-f]{6,64}$/.test(named)) return named;
  return modelIds(data).includes(named) ? named : readModelDirectory(named).manifest.id;
}
