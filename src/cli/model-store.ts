import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { champion, promote } from "../cases/promotions.ts";
import { UserError } from "../domain/errors.ts";
import { demoModelDirectory, modelIds, readModel, readModelDirectory, type StoredModel, storeModel } from "../scoring/model-store.ts";
import { requirePromotable } from "../scoring/promotion-gate.ts";
import { selfTest } from "../scoring/self-test.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { audited, withStore, withStoreIfAny } from "./store.ts";

export interface StoreFlags extends JsonFlag {
  data?: string;
}

/** `aldyn model list`, `verify` and `promote`: the models of a data directory. */
export function registerStore(model: Command): void {
  withData(model.command("list").description("the models in the data directory, and which is champion")).action(
    async (flags: StoreFlags) => {
      const data = dataDirectory(flags.data);
      const found = listModels(data, await withStoreIfAny(data, "aldyn model list", champion));
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
    const { rows, largest } = await selfTest(found);
    const { id, name } = found.manifest;
    print({ id, name, rows, largest_difference: largest }, flags, () => {
      return `${name} (${id.slice(0, 12)}): file and manifest agree; on ${rows} rows onnxruntime and the formula differ by at most ${largest.toExponential(1)}`;
    });
  });
  withData(model.command("promote <model>").description("make a model champion, by id or directory; `none` goes on with rules and need"))
    .requiredOption("--why <text>", "the reason, for the log")
    .option("--who <name>", "who decides; the user of this machine when absent")
    .action(async (named: string, flags: StoreFlags & { why: string; who?: string }) => {
      const data = dataDirectory(flags.data);
      if (flags.why.trim() === "") throw new UserError("bad_option", "--why: give the reason in words", { exitCode: 2 });
      const found = named === "none" ? null : promotableModel(data, named);
      const promotion = {
        id: found?.manifest.id ?? null,
        who: flags.who ?? userInfo().username,
        why: flags.why,
        at: new Date().toISOString(),
      };
      await withStore(data, "aldyn model promote", (store) =>
        audited(
          store,
          "aldyn model promote",
          () => promote(store, data, promotion),
          () => [promotion.id ?? "none"],
        ),
      );
      print(promotion, flags, () =>
        found === null ? "No model is champion now." : `${found.manifest.name} (${found.manifest.id}) is champion now.`,
      );
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
  rows: number;
  auc: number | null;
  synthetic: boolean;
  champion: boolean;
  directory: string;
}

/** A model that cannot be used, and why. */
interface BrokenModel extends Pick<ListedModel, "id" | "champion" | "directory"> {
  broken: string;
}

function listModels(data: DataDirectory, inUse: string | undefined): (ListedModel | BrokenModel)[] {
  const directories = modelIds(data).map((id) => ({ id, directory: join(data.models, id) }));
  const shipped = existsSync(join(demoModelDirectory(), "manifest.json")) ? [{ id: undefined, directory: demoModelDirectory() }] : [];
  return [...directories, ...shipped].map(({ id, directory }) => {
    try {
      return listed(readModelDirectory(directory, id), inUse);
    } catch (error) {
      return { id: id ?? "demo", champion: id !== undefined && id === inUse, directory, broken: (error as Error).message };
    }
  });
}

function listed({ directory, manifest }: StoredModel, inUse: string | undefined): ListedModel {
  return {
    id: manifest.id,
    name: manifest.name,
    label: manifest.label,
    rows: manifest.training.rows,
    auc: manifest.quality?.metrics["auc"] ?? null,
    synthetic: manifest.synthetic,
    champion: manifest.id === inUse,
    directory,
  };
}

function describe(model: ListedModel | BrokenModel): string {
  if ("broken" in model) return `${model.id.slice(0, 12)}  broken: ${model.broken}${model.champion ? "  (champion)" : ""}`;
  const auc = model.auc === null ? "not measured" : `AUC ${model.auc.toFixed(3)}`;
  const marks = [model.champion ? "champion" : "", model.synthetic ? "made-up data" : ""].filter((mark) => mark !== "");
  return `${model.id.slice(0, 12)}  ${model.name}  ${model.label}  ${model.rows} rows  ${auc}${marks.length === 0 ? "" : `  (${marks.join(", ")})`}`;
}

/** A model by its id, the beginning of one, or its directory. */
export function modelNamed(data: DataDirectory, named: string): StoredModel {
  return existsSync(named) && statSync(named).isDirectory() ? readModelDirectory(named) : readModel(data, named);
}

/** The same if it may become champion, kept in the data directory if it was not yet. */
function promotableModel(data: DataDirectory, named: string): StoredModel {
  const found = modelNamed(data, named);
  requirePromotable(found.manifest);
  return modelIds(data).includes(found.manifest.id) ? found : storeModel(data, found);
}
