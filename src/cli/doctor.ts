import type { Command } from "commander";
import { projectFile } from "../domain/project-files.ts";
import { examine, type Finding } from "../runs/doctor.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register } from "./command.ts";

export const register: Register = (program: Command) => {
  program
    .command("doctor")
    .description("is this installation and its data directory sound?")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .option("--deployment <file>", "deployment file", projectFile("models/deployment.yaml"))
    .addOption(jsonOption)
    .action(async (flags: { data?: string; deployment: string } & JsonFlag) => {
      const findings = await examine(dataDirectory(flags.data), flags.deployment);
      print(findings, flags, () => findings.map(line).join("\n"));
      if (findings.some((finding) => finding.state === "wrong")) process.exitCode = 1;
    });
};

function line({ state, check, detail, fix }: Finding): string {
  return `${state.padEnd(6)}${check.padEnd(16)}${detail}${fix === undefined ? "" : `\n${" ".repeat(22)}-> ${fix}`}`;
}
