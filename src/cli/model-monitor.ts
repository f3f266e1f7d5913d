import type { Command } from "commander";
import { champion } from "../cases/promotions.ts";
import { UserError } from "../domain/errors.ts";
import type { Estimate } from "../monitoring/expected.ts";
import { endedRuns } from "../runs/alert.ts";
import { type Monitoring, monitoringOf } from "../runs/model-monitoring.ts";
import { figure, sayFallback } from "../runs/monitoring-report.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { type StoreFlags, withData } from "./model-store.ts";
import { withStoreIfAny } from "./store.ts";
import { textTable } from "./text-table.ts";

/** `aldyn model monitor`: how a model's nights compare with what it learned from, and what its lists are and were worth. */
export function registerMonitor(model: Command): void {
  withData(
    model
      .command("monitor [model]")
      .description(
        "drift by night, performance expected and realised; of the model named by id, else the champion's, else that of the newest run",
      ),
  ).action(async (named: string | undefined, flags: StoreFlags) => {
    const data = dataDirectory(flags.data);
    const found = monitoringOf(data, named ?? (await modelInUse(data)));
    print(found, flags, () => monitoringText(found));
  });
}

async function modelInUse(data: DataDirectory): Promise<string> {
  const promoted = await withStoreIfAny(data, "aldyn model monitor", champion);
  const [newest] = endedRuns(data).flatMap(({ model, fallback }) => model?.id ?? fallback?.id ?? []);
  const found = promoted ?? newest;
  if (found === undefined)
    throw new UserError("no_model", `no model is champion in ${data.root}, and no run used one; name one: npx aldyn model list`, {
      exitCode: 2,
    });
  return found;
}

const shownNights = 14;

function monitoringText({ model, has_reference, at_fit, alert, nights, features, realised }: Monitoring): string {
  const moved = features.filter(({ state }) => state !== "stable");
  return [
    `Model ${model.name} (${model.id.slice(0, 12)}), precision at 5 % at the fit: ${figure(at_fit?.precision_at_5)}`,
    ...(alert === null ? [] : [sayFallback(alert)]),
    ...(has_reference ? [] : ["It has no reference of the rows that it learned from: drift is not measured."]),
    ...(nights.length === 0 ? ["No night of it has been monitored yet."] : [nightsTable(nights)]),
    ...(features.length === 0
      ? []
      : [`Of ${features.length} features of the newest night ${moved.length === 0 ? "none has moved." : `${moved.length} have moved:`}`]),
    ...(moved.length === 0 ? [] : [featuresTable(moved)]),
    ...(realised.length === 0 ? [] : ["What earlier nights turned out to be worth:", realisedTable(realised)]),
  ].join("\n\n");
}

function nightsTable(nights: Monitoring["nights"]): string {
  const rows = nights
    .slice(0, shownNights)
    .map(({ as_of, role, state, households, score, drifted, compared, data_age, expected, breached, reason }) => [
      as_of,
      role,
      state.replace("_", " "),
      households.toLocaleString("en"),
      `${figure(score?.index)} ${score?.state ?? ""}`.trim(),
      compared === 0 ? "-" : `${drifted} of ${compared}`,
      data_age.compared === 0 ? "-" : `${data_age.drifted} of ${data_age.compared}`,
      say(expected?.precision_at_5),
      breached.join(", ") || (reason ?? ""),
    ]);
  return textTable(
    ["night", "as", "state", "households", "score's index", "drifted", "data's age", "expected precision at 5 %", "reached"],
    rows,
  );
}

function featuresTable(moved: Monitoring["features"]): string {
  const pair = (values: readonly (number | null)[]) => values.map(figure).join(" → ");
  return textTable(
    ["feature", "state", "index", "q", "median", "share unknown"],
    moved.map(({ feature, state, index, q, medians, missing }) => [
      feature,
      state,
      figure(index),
      figure(q),
      pair(medians),
      pair(missing.shares),
    ]),
  );
}

function realisedTable(realised: Monitoring["realised"]): string {
  return textTable(
    ["night", "labels", "base rate", "precision at 5 %", "was expected", "AUC", "outside what was expected"],
    realised
      .slice(0, shownNights)
      .map(({ as_of, rows, base_rate, precision_at_5, expected, auc, apart }) => [
        as_of,
        rows.toLocaleString("en"),
        figure(base_rate.value),
        say(precision_at_5),
        say(expected?.precision_at_5),
        figure(auc?.value),
        apart.join(", ") || "nothing",
      ]),
  );
}

function say(estimate: Estimate | null | undefined): string {
  return estimate == null ? "-" : `${figure(estimate.value)} (${figure(estimate.low)} to ${figure(estimate.high)})`;
}
