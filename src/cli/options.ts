import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { type JsonFlag, jsonOption, wholeNumber } from "./command.ts";

/** Options that say where data and deployment are, and how much of the machine to use. */
export function withRunOptions(command: Command): Command {
  return command
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--deployment <file>", "deployment file", projectFile("models/deployment.yaml"))
    .option("--partitions <n>", "groups into which the households are handed out; saves memory, never changes the result", "1")
    .option("--threads <n>", "threads for the database", String(availableParallelism()))
    .option("--memory-limit <size>", "memory for the database, for example 3GB")
    .addOption(jsonOption);
}

export interface RunFlags extends JsonFlag {
  data?: string;
  deployment: string;
  partitions: string;
  threads: string;
  memoryLimit?: string;
}

/** The options' values, checked. */
export function runSettings(flags: RunFlags): {
  deploymentFile: string;
  partitions: number;
  threads: number;
  memoryLimit: string | undefined;
} {
  if (flags.memoryLimit !== undefined && !/^\d+(\.\d+)?\s*(MB|GB|MiB|GiB)$/i.test(flags.memoryLimit))
    throw new UserError("bad_option", `--memory-limit ${flags.memoryLimit}: give a number and MB or GB, for example 3GB`, { exitCode: 2 });
  return {
    deploymentFile: flags.deployment,
    partitions: wholeNumber("--partitions", flags.partitions, 1, 64),
    threads: wholeNumber("--threads", flags.threads, 1, 256),
    memoryLimit: flags.memoryLimit,
  };
}
