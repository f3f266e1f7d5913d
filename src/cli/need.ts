import { parseDate } from "../domain/dates.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { needOf } from "../need/need-of.ts";
import { needSheet } from "../need/sheet.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type JsonFlag, jsonOption, languageOf, print, type Register } from "./command.ts";
import { needText } from "./need-text.ts";
import { readAudited } from "./store.ts";

interface Flags extends JsonFlag {
  household: string;
  asOf: string;
  lang: string;
  data?: string;
  deployment: string;
}

export const register: Register = (program) => {
  program
    .command("need")
    .description("one family's need on a date: income, spending, minimum standards, what is missing and what to ask")
    .requiredOption("--household <id>", "the household's pseudonym, as lists show it")
    .requiredOption("--as-of <date>", "the day; only what was known before it counts")
    .option("--lang <language>", languages.join(", "), "ru")
    .option("--data <dir>", "data directory (ALDYN_DATA, or ./var)")
    .option("--deployment <file>", "the deployment's YAML", projectFile("models/deployment.yaml"))
    .addOption(jsonOption)
    .action(show);
};

async function show(flags: Flags): Promise<void> {
  const language = languageOf(flags);
  const asOf = parseDate(flags.asOf, "--as-of");
  const deployment = readDeployment(flags.deployment);
  const data = dataDirectory(flags.data);
  const session = await openKnown(data);
  try {
    const read = () => needOf(session, deployment, { household: flags.household, asOf });
    const row = await readAudited(data, { action: "aldyn need" }, read, () => [flags.household]);
    const sheet = needSheet(row, { asOf, currency: deployment.currency, language });
    print(sheet, flags, () => needText(sheet, language));
  } finally {
    session.close();
  }
}
