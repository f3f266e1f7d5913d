import type { Command } from "commander";
import { findRun } from "../runs/ledger.ts";
import { type Verification, verifyRun } from "../runs/verify.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print, type Register } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";

export const register: Register = (program: Command) => {
  withRunOptions(program.command("verify <run>").description("replay a run and compare every input and every file with it")).action(
    verifyCommand,
  );
};

/** Replays the run whose id begins with `prefix`; exits 1 when anything differs. */
export async function verifyCommand(prefix: string, flags: RunFlags): Promise<void> {
  const data = dataDirectory(flags.data);
  const run = findRun(data, prefix);
  const line = progressLine();
  const result = await verifyRun(
    {
      ...runSettings(flags),
      data,
      now: () => new Date(),
      onStep: ({ step, state }) => line.show(`replaying ${step}: ${state}`),
    },
    run,
  ).finally(() => line.done());
  print(result, flags, () => describe(result));
  if (!result.is_equal) process.exitCode = 1;
}

function describe(result: Verification): string {
  const missing =
    result.files_not_found.length === 0 ? [] : [`  not compared, no longer there: ${result.files_not_found.length} source files`];
  if (result.is_equal) return [`Run ${result.run_id}: equal (${result.files_compared} files compared)`, ...missing].join("\n");
  return [
    `Run ${result.run_id}: differs, first in stage ${result.first_stage_that_differs}`,
    ...result.differences.slice(0, 20).map((each) => `  ${each.stage}: ${each.what}`),
    ...(result.differences.length > 20 ? [`  and ${result.differences.length - 20} more`] : []),
    ...missing,
  ].join("\n");
}
