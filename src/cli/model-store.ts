import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type ModelStanding, type ModelState, modelEvents, standingsOf } from "../cases/model-states.ts";
import { UserError } from "../domain/errors.ts";
import { runnable, startScorer } from "../scoring/external-model.ts";
import { demoModelDirectory, modelIds, readModel, readModelDirectory, type StoredModel } from "../scoring/model-store.ts";
import { isExternal, type OwnModel } from "../scoring/pack-model.ts";
import { selfTest } from "../scoring/self-test.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { withStoreIfAny } from "./store.ts";

export interface StoreFlags extends JsonFlag {
  data?: string;
}

/** `aldyn model list` and `verify`: the models of a data directory. */
export function registerStore(model: Command): void {
  withData(model.command("list").description("the models in the data directory: what each is for, since when and by whom")).action(
    async (flags: StoreFlags) => {
      const data = dataDirectory(flags.data);
      const found = listModels(data, standingsOf(await withStoreIfAny(data, "aldyn model list", modelEvents)));
      print(found, flags, () => (found.length === 0 ? `no models in ${data.models}` : found.map(describe).join("\n")));
      const broken = found.filter((model) => "broken" in model).length;
      if (broken > 0)
        throw new UserError("broken_model", `${broken} of ${found.length} models cannot be used; restore the directory, or take it away`);
    },
  );
  withData(
    model.command("verify <model>").description("check a model, by id or directory: hash, manifest, and onnxruntime against the formula"),
  ).action(async (named: string, flags: StoreFlags) => {
    const found = modelNamed(dataDirectory(flags.data), named);
    const { id, name } = found.manifest;
    if (isExternal(found)) {
      const scorer = await startScorer({ onnx: runnable(found), plan: found.manifest.plan }, found.directory, 1);
      await scorer.close();
      print({ id, name, rows: 0, largest_difference: null }, flags, () => {
        return `${name} (${id.slice(0, 12)}): the file is the one that was registered, and can be loaded; made elsewhere, it has no formula here to be held against`;
      });
      return;
    }
    const { rows, largest } = await selfTest(found as OwnModel & { directory: string });
    print({ id, name, rows, largest_difference: largest }, flags, () => {
      return `${name} (${id.slice(0, 12)}): file and manifest agree; on ${rows} rows onnxruntime and the formula differ by at most ${largest.toExponential(1)}`;
    });
  });
}

/** With the options of all commands about stored models. */
export function withData(command: Command): Command {
  return command.option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)").addOption(jsonOption);
}

interface ListedModel {
  id: string;
  name: string;
  label: string;
  /** Null when it is not known: the model was made elsewhere. */
  rows: number | null;
  kind: string;
  auc: number | null;
  synthetic: boolean;
  state: ModelState;
  /** Since when it is in that state, and who decided so; null of one whose state was never changed. */
  since: string | null;
  by: string | null;
  champion: boolean;
  directory: string;
}

/** A model that cannot be used, and why. */
interface BrokenModel extends Pick<ListedModel, "id" | "state" | "since" | "by" | "champion" | "directory"> {
  broken: string;
}

type Standings = ReadonlyMap<string, ModelStanding>;

function stateOf(id: string, standings: Standings): Pick<ListedModel, "state" | "since" | "by" | "champion"> {
  const standing = standings.get(id);
  const state = standing?.state ?? "candidate";
  return { state, since: standing?.since ?? null, by: standing?.who ?? null, champion: state === "champion" };
}

function listModels(data: DataDirectory, standings: Standings): (ListedModel | BrokenModel)[] {
  const directories = modelIds(data).map((id) => ({ id, directory: join(data.models, id) }));
  const shipped = existsSync(join(demoModelDirectory(), "manifest.json")) ? [{ id: undefined, directory: demoModelDirectory() }] : [];
  return [...directories, ...shipped].map(({ id, directory }) => {
    try {
      return listed(readModelDirectory(directory, id), standings);
    } catch (error) {
      return { id: id ?? "demo", ...stateOf(id ?? "demo", standings), directory, broken: (error as Error).message };
    }
  });
}

function listed({ directory, manifest }: StoredModel, standings: Standings): ListedModel {
  return {
    id: manifest.id,
    name: manifest.name,
    label: manifest.label,
    rows: manifest.training?.rows ?? null,
    kind: manifest.kind,
    auc: manifest.quality?.metrics["auc"] ?? null,
    synthetic: manifest.synthetic,
    ...stateOf(manifest.id, standings),
    directory,
  };
}

function sayState({ state, since, by }: Pick<ListedModel, "state" | "since" | "by">): string {
  return since === null ? state : `${state} since ${since} by ${by}`;
}

function describe(model: ListedModel | BrokenModel): string {
  if ("broken" in model) return `${model.id.slice(0, 12)}  broken: ${model.broken}  (${sayState(model)})`;
  const auc = model.auc === null ? "not measured" : `AUC ${model.auc.toFixed(3)}`;
  const marks = [sayState(model), model.synthetic ? "made-up data" : "", model.kind === "external" ? "made elsewhere" : ""].filter(
    (mark) => mark !== "",
  );
  return `${model.id.slice(0, 12)}  ${model.name}  ${model.label}  ${model.rows ?? "unknown"} rows  ${auc}${marks.length === 0 ? "" : `  (${marks.join(", ")})`}`;
}

/** A model by its id, the beginning of one, or its directory. */
export function modelNamed(data: DataDirectory, named: string): StoredModel {
  return existsSync(named) && statSync(named).isDirectory() ? readModelDirectory(named) : readModel(data, named);
}
