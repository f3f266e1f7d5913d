import { parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { programmeProvables } from "../entitlement/provables.ts";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { diffLaw } from "../rules/diff.ts";
import { lawOn } from "../rules/in-force.ts";
import { proveRules } from "../rules/prove/rules.ts";
import { inspectRules, type RulesRead } from "../rules/read-rules.ts";
import { ruleSummary } from "../rules/rule.ts";
import { type JsonFlag, jsonOption, languageOf, print, type Register } from "./command.ts";
import { diffText, lawText, rulesTable } from "./rules-text.ts";
import { registerSimulations } from "./simulate.ts";

const langOption = ["--lang <language>", languages.join(", "), "ru"] as const;

type Flags = { deployment: string } & JsonFlag;

export const register: Register = (program) => {
  const rules = program.command("rules").description("the dated rules that say what a family may need");
  const add = (words: string, description: string) =>
    rules
      .command(words)
      .description(description)
      .option("--deployment <file>", "the deployment's YAML", projectFile("models/deployment.yaml"))
      .addOption(jsonOption);
  add(
    "check",
    "read every rule (condition, names, sentences in three languages, dates), prove it on both sides of each threshold with generated households, and find what never or always fires and what contradicts itself; exit 1 with every fault",
  ).action(check);
  add("in-force", "the rules in force on a date, with every value and where it stands")
    .requiredOption("--as-of <date>", "the date")
    .option(...langOption)
    .action(showInForce);
  add("diff <from> <to>", "what changes between two dates: rules, conditions, values, legal values, support")
    .option(...langOption)
    .action(showDiff);
  registerSimulations(rules);
};

async function check(flags: Flags): Promise<void> {
  const deployment = readDeployment(flags.deployment);
  const programmes = await programmeProvables(deployment);
  const { rules, notes, thresholds, households, ...proof } = await proveRules(deployment, programmes.provables);
  const faults = [...programmes.faults, ...proof.faults];
  const proven = `${rules.length} rules hold; ${thresholds} thresholds proven on both sides with ${households.toLocaleString("en")} generated households`;
  print({ rules: rules.map(ruleSummary), thresholds, households, notes, faults }, flags, () =>
    [rulesTable(rules), ...notes.map((note) => `note: ${note}`), ...(faults.length === 0 ? [proven] : [])].join("\n"),
  );
  refuse(faults);
}

async function showInForce(flags: Flags & { asOf: string; lang: string }): Promise<void> {
  const language = languageOf(flags);
  const date = parseDate(flags.asOf, "--as-of");
  const law = lawOn(await wholeRules(flags), date);
  print(law, flags, () => lawText(law, language));
}

async function showDiff(from: string, to: string, flags: Flags & { lang: string }): Promise<void> {
  const language = languageOf(flags);
  const [first, second] = [parseDate(from, "the first date"), parseDate(to, "the second date")];
  const diff = diffLaw(await wholeRules(flags), first, second);
  print(diff, flags, () => diffText(diff, language));
}

async function wholeRules(flags: Flags): Promise<RulesRead> {
  const deployment = readDeployment(flags.deployment);
  const read = await inspectRules(deployment, featureTypes(readCatalogue(deployment.features)));
  refuse(read.faults);
  return read;
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new UserError("bad_rules", `${faults.length} fault${faults.length === 1 ? "" : "s"}:\n${faults.join("\n")}`);
}
