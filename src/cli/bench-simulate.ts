import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { benchSimulate, type SimulateBench } from "../bench/simulate.ts";
import { parseDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { readChange } from "../simulation/change.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print, wholeNumber } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { textTable } from "./text-table.ts";

interface Flags extends RunFlags {
  households: string;
  asOf: string;
  change: string[];
}

/** `bench simulate`. */
export function registerSimulate(bench: Command): void {
  withRunOptions(bench.command("simulate").description("simulations over the facts of many households"))
    .requiredOption("--as-of <date>", "the day whose facts are taken")
    .option("--households <n>", "so many at least: those that live on the day, over and over under new ids", "1000000")
    .option("--change <files...>", "changes", [
      projectFile("data-samples/simulations/line-at-80.yaml"),
      projectFile("data-samples/simulations/taper.yaml"),
    ])
    .action(simulate);
}

async function simulate(flags: Flags): Promise<void> {
  const { threads, memoryLimit, deploymentFile } = runSettings(flags);
  const from = dataDirectory(flags.data);
  const line = progressLine();
  const scratch = mkdtempSync(join(from.root, "bench-"));
  try {
    const result = await benchSimulate({
      ...{ from, deployment: readDeployment(deploymentFile), asOf: parseDate(flags.asOf, "--as-of"), scratch, threads, memoryLimit },
      changes: flags.change.map((file) => ({ change: readChange(file), place: file })),
      households: wholeNumber("--households", flags.households, 1_000, 10_000_000),
      clock: () => performance.now(),
      onPart: (words) => line.show(words),
    });
    line.done();
    print(result, flags, () => describe(result));
  } finally {
    line.done();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function describe({ households, changes }: SimulateBench): string {
  const rows = changes.map((each) => [each.name, `${each.seconds.toFixed(1)} s`, String(each.gained_families), String(each.lost_families)]);
  return `${households.toLocaleString("en")} households\n${textTable(["change", "time", "families gained", "lost"], rows)}`;
}
