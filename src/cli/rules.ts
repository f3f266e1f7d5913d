import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { proveRules } from "../rules/prove/rules.ts";
import { type Rule, ruleSummary } from "../rules/rule.ts";
import { type JsonFlag, jsonOption, print, type Register } from "./command.ts";
import { registerSimulations } from "./simulate.ts";
import { textTable } from "./text-table.ts";

export const register: Register = (program) => {
  const rules = program.command("rules").description("the dated rules that say what a family may need");
  rules
    .command("check")
    .description("read every rule: condition, names, sentences in three languages, dates; exit 1 with every fault")
    .option("--deployment <file>", "the deployment's YAML", projectFile("models/deployment.yaml"))
    .addOption(jsonOption)
    .action(check);
  registerSimulations(rules);
};

async function check(flags: { deployment: string } & JsonFlag): Promise<void> {
  const deployment = readDeployment(flags.deployment);
  const { rules, faults, notes, thresholds, households } = await proveRules(deployment);
  const proven = `${rules.length} rules hold; ${thresholds} thresholds proven on both sides with ${households.toLocaleString("en")} generated households`;
  print({ rules: rules.map(ruleSummary), thresholds, households, notes, faults }, flags, () =>
    [rulesTable(rules), ...notes.map((note) => `note: ${note}`), faults.length === 0 ? proven : ""].join("\n"),
  );
  if (faults.length > 0) throw new UserError("bad_rules", `${faults.length} fault${faults.length === 1 ? "" : "s"}:\n${faults.join("\n")}`);
}

function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(ruleSummary).map((rule) => [
    rule.id,
    rule.question ? "question" : rule.tier,
    rule.in_force.map(({ from, value }) => `${value ? "on" : "off"} since ${from}`).join(", "),
    Object.entries(rule.values)
      .map(([name, values]) => `${name} ${values.map(({ from, value }) => `${value} (${from})`).join(", ")}`)
      .join("; "),
    rule.offers.join(", "),
  ]);
  return `${textTable(["rule", "tier", "in force", "dated values", "suggests"], rows, { width: 150, apart: false })}`;
}
