import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import { sha256 } from "../domain/canonical.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { packageVersion, projectFile } from "../domain/project-files.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { responsibleIn } from "../scoring/authority.ts";
import { sayDirection } from "../scoring/external-card.ts";
import { decodeModel, type ExternalModel, readExternal, requireFreeBatch, settingsFor, startScorer } from "../scoring/external-model.ts";
import { planColumns, wordColumns } from "../scoring/external-plan.ts";
import { type Directions, type Findings, probeExternal } from "../scoring/external-probe.ts";
import type { ExternalSettings } from "../scoring/external-settings.ts";
import { type ExternalManifest, ModelManifest } from "../scoring/manifest.ts";
import { storeModel } from "../scoring/model-store.ts";
import { hasOwnInterface } from "../scoring/onnx-interface.ts";
import { unmetForPromotion } from "../scoring/promotion-gate.ts";
import { openFlatFile } from "../training/flat-file.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print } from "./command.ts";
import { conditionsNow } from "./decide.ts";
import { columnsOf } from "./model-predict.ts";

interface RegisterFlags extends JsonFlag {
  features?: string;
  rows?: string;
  rowByRow?: boolean;
  deployment: string;
  data?: string;
}

/** `aldyn model register`: a model made elsewhere into the model store, under its file's SHA-256, with what trying it on rows showed. */
export function registerRegister(model: Command): void {
  model
    .command("register <file>")
    .description("keep an .onnx file made elsewhere in the model store")
    .option(
      "--features <file>",
      "YAML or JSON: features in order or by input; output, class, link; name, label, horizon_months, synthetic, directions",
    )
    .option("--rows <file>", "sample rows, .csv or .parquet, on which directions and unknown values are tried")
    .option("--row-by-row", "take a file that wants a fixed number of rows at once")
    .option("--deployment <file>", "deployment file, whose catalogue knows the directions", projectFile("models/deployment.yaml"))
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .addOption(jsonOption)
    .action(async (path: string, flags: RegisterFlags) => {
      const manifest = await registered(path, flags);
      const unmet = unmetForPromotion(manifest, conditionsNow(flags.deployment));
      print({ ...manifest, unmet }, flags, () => describe(manifest, unmet));
    });
}

async function registered(path: string, flags: RegisterFlags): Promise<ExternalManifest> {
  if (!existsSync(path)) throw new UserError("no_model", `${path} does not exist`, { exitCode: 2 });
  const onnx = new Uint8Array(await readFile(path));
  if (hasOwnInterface(decodeModel(onnx, path)))
    throw new UserError(
      "own_model",
      `${path} was written by Aldyn: promote its directory instead: npx aldyn model promote DIRECTORY --why "..."`,
    );
  const settings = settingsFor(onnx, path, flags.features);
  if (settings.label === undefined)
    throw new UserError("no_label", `${path}: say what it foretells with "label: NAME" in the features file (--features FILE)`);
  const model = readExternal(onnx, path, settings);
  requireFreeBatch(model, path, flags.rowByRow === true);
  const deployment = readDeployment(flags.deployment);
  const catalogue = new Map(readCatalogue(deployment.features).map((feature) => [feature.name, feature]));
  const names = planColumns(model.plan);
  const directions = directionsOf(names, settings, (name) => catalogue.get(name)?.direction ?? "free", path);
  const findings = await tried(model, path, { rows: flags.rows, directions });
  const manifest = ModelManifest.parse({
    format: "aldyn-model/1",
    id: sha256(onnx),
    kind: "external",
    name: settings.name ?? basename(path, ".onnx"),
    label: settings.label,
    horizon_months: settings.horizon_months ?? null,
    synthetic: settings.synthetic ?? false,
    base: null,
    training: null,
    quality: null,
    features: names.map((name) => ({
      name,
      direction: directions[name] ?? "free",
      needs_consent: catalogue.get(name)?.needs_consent ?? false,
      takes_unknown: findings?.takesUnknown.get(name) ?? null,
    })),
    fitted_until: settings.fitted_until ?? null,
    file: basename(path),
    plan: model.plan,
    sweeps: findings?.sweeps ?? null,
    ...responsibleIn(deployment),
    code_version: packageVersion(),
  }) as ExternalManifest;
  storeModel(dataDirectory(flags.data), { manifest, onnx, boosted: null });
  return manifest;
}

function directionsOf(
  names: readonly string[],
  { directions = {} }: ExternalSettings,
  catalogued: (name: string) => "+" | "-" | "free",
  path: string,
): Directions {
  const strange = Object.keys(directions).filter((name) => !names.includes(name));
  if (strange.length > 0)
    throw new UserError(
      "wrong_features",
      `directions: ${path} takes no ${strange.map((name) => `${name}${didYouMean(name, names)}`).join(", ")}`,
    );
  return Object.fromEntries(names.map((name) => [name, directions[name] ?? catalogued(name)]));
}

/** Loads the model, and runs it on the sample rows where there are some. */
async function tried(
  model: ExternalModel,
  path: string,
  { rows, directions }: { rows: string | undefined; directions: Directions },
): Promise<Findings | null> {
  const scorer = await startScorer(model, path, 1);
  const file = rows === undefined ? null : await openFlatFile(rows);
  try {
    if (file === null) return null;
    const names = planColumns(model.plan);
    file.require(names, "--rows");
    const columns = await columnsOf(file, names, wordColumns(model.plan));
    return await probeExternal(
      { scorer, plan: model.plan },
      Object.fromEntries(names.map((name, index) => [name, columns[index]!])),
      directions,
    );
  } finally {
    file?.close();
    await scorer.close();
  }
}

function describe(manifest: ExternalManifest, unmet: readonly string[]): string {
  const { id, name, features, sweeps } = manifest;
  const gapless = features.filter((feature) => feature.takes_unknown === false).map((feature) => feature.name);
  return [
    `Model ${name} (${id}) is registered: ${features.length} features`,
    ...(sweeps ?? []).map((sweep) => `  ${sweep.feature} ${sweep.direction}: ${sayDirection(sweep).replaceAll("**", "")}`),
    ...(gapless.length > 0 ? [`  gives no number where ${gapless.join(", ")} is unknown`] : []),
    ...unmet.map((each) => `  Before it can become champion: ${each}`),
  ].join("\n");
}
