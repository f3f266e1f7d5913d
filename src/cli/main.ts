import { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { packageVersion } from "../domain/project-files.ts";
import { commandFiles } from "./commands.ts";

/** Does what the words on a command line ask for. What goes wrong is said on standard error and by the process's exit code: 1 failed, 2 wrong use. */
export async function main(words: string[]): Promise<void> {
  try {
    await run(words);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

async function run(words: string[]): Promise<void> {
  const program = new Command("aldyn")
    .description("Proactive risk detection for social protection")
    .version(packageVersion())
    .exitOverride();
  const asked = words.find((word) => !word.startsWith("-"));
  const files = asked !== undefined && asked in commandFiles ? [asked] : Object.keys(commandFiles);
  for (const file of files) (await commandFiles[file]!()).register(program);
  await program.parseAsync(words, { from: "user" });
}

function exitCodeOf(error: unknown): number {
  const commanderCode = (error as { code?: unknown }).code;
  if (typeof commanderCode === "string" && commanderCode.startsWith("commander."))
    return /help|version/.test(commanderCode) && (error as { exitCode: number }).exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    process.stderr.write(`aldyn: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`aldyn: ${(error as Error).stack ?? String(error)}\n`);
  return 1;
}
