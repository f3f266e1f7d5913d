import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { deriveStandards } from "../need/derive-standards.ts";
import { standardsFile } from "../need/standards.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { type JsonFlag, jsonOption, print, type Register } from "./command.ts";

interface Flags extends JsonFlag {
  deployment: string;
  check?: boolean;
}

export const register: Register = (program) => {
  const standards = program
    .command("standards")
    .description("regional minimum standards of spending, derived from the subsistence minimum");
  standards
    .command("derive")
    .description("derive the table again from the method, the quarters' subsistence minimums and the heating season")
    .option("--deployment <file>", "the deployment's YAML", projectFile("models/deployment.yaml"))
    .option("--check", "write nothing; exit 1 when the table is not what the method gives")
    .addOption(jsonOption)
    .action(derive);
};

async function derive(flags: Flags): Promise<void> {
  const deployment = readDeployment(flags.deployment);
  const file = standardsFile(deployment.standards);
  const derived = await deriveStandards(deployment);
  const isSame = existsSync(file) && readFileSync(file, "utf8") === derived;
  if (flags.check === true && !isSame)
    throw new UserError("stale_standards", `${file} is not what the method gives; derive it again: npx aldyn standards derive`);
  if (flags.check !== true) writeFileSync(file, derived);
  const rows = derived.split("\n").length - 2;
  print({ file, rows, changed: !isSame }, flags, () => `${file}: ${rows} rows, ${isSame ? "unchanged" : "changed"}`);
}
