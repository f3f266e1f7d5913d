import type { Command } from "commander";
import { modelEvents, standingsOf } from "../cases/model-states.ts";
import { impactAssessment, registerEntry } from "../disclosure/documents.ts";
import { disclosureFacts } from "../disclosure/facts.ts";
import { dateAt, parseDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { type Language, languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print } from "./command.ts";
import { modelNamed, type StoreFlags, withData } from "./model-store.ts";
import { withStoreIfAny } from "./store.ts";

interface Flags extends StoreFlags {
  lang: string;
  on?: string;
  deployment: string;
}

const documents = {
  "register-entry": { write: registerEntry, description: "the public entry on a model in the register of algorithms, in Markdown" },
  "impact-assessment": { write: impactAssessment, description: "what a model may do to people, and what stands against it, in Markdown" },
} as const;

/** `aldyn model register-entry` and `impact-assessment`: what the authority tells of a model, from the configuration in force. */
export function registerDisclosure(model: Command): void {
  for (const [name, { write, description }] of Object.entries(documents))
    withData(model.command(`${name} <model>`).description(`${description}; by id or directory`))
      .option("--lang <language>", languages.join(", "), "ru")
      .option("--on <date>", "the configuration in force on this day; today when absent")
      .option("--deployment <file>", "deployment file", projectFile("models/deployment.yaml"))
      .action(async (named: string, flags: Flags) => {
        const language = languageOf(flags.lang);
        const data = dataDirectory(flags.data);
        const { manifest } = modelNamed(data, named);
        const deployment = readDeployment(flags.deployment);
        const date = flags.on === undefined ? dateAt(new Date(), deployment.time_zone) : parseDate(flags.on, "--on");
        const standing = standingsOf(await withStoreIfAny(data, `aldyn model ${name}`, modelEvents)).get(manifest.id);
        const about = { manifest, state: standing?.state ?? "candidate", since: standing?.since ?? null };
        const markdown = write(await disclosureFacts(deployment, about, date), language);
        print({ id: manifest.id, document: name, lang: language, on: date, markdown }, flags, () => markdown.trimEnd());
      });
}

function languageOf(named: string): Language {
  const found = languages.find((language) => language === named);
  if (found !== undefined) return found;
  throw new UserError("bad_option", `--lang ${named}${didYouMean(named, languages)}: give one of ${languages.join(", ")}`, { exitCode: 2 });
}
