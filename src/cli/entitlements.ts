import { parseDate } from "../domain/dates.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { judgeKnownHousehold } from "../entitlement/judge-known.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type JsonFlag, jsonOption, languageOf, print, type Register } from "./command.ts";
import { entitlementsText } from "./entitlements-text.ts";
import { readAudited } from "./store.ts";

interface Options extends JsonFlag {
  household: string;
  asOf: string;
  lang: string;
  data?: string;
  deployment: string;
}

export const register: Register = (program) => {
  program
    .command("entitlements")
    .description("what a family may be entitled to on a date, condition by condition; rules only, no score is read")
    .requiredOption("--household <id>", "the household's pseudonym, 32 hexadecimal digits")
    .requiredOption("--as-of <date>", "the day of application")
    .option("--lang <language>", languages.join(", "), "ru")
    .option("--data <dir>", "data directory (ALDYN_DATA, or ./var)")
    .option("--deployment <file>", "the deployment's YAML", projectFile("models/deployment.yaml"))
    .addOption(jsonOption)
    .action(show);
};

async function show(options: Options): Promise<void> {
  const asOf = parseDate(options.asOf, "--as-of");
  const language = languageOf(options);
  const deployment = readDeployment(options.deployment);
  const data = dataDirectory(options.data);
  const session = await openKnown(data);
  try {
    const read = () => judgeKnownHousehold(session, deployment, { household: options.household, asOf, language });
    const judged = await readAudited(data, { action: "aldyn entitlements" }, read, () => [options.household]);
    print(judged, options, () => entitlementsText(judged, language));
  } finally {
    session.close();
  }
}
