import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../domain/errors.ts";
import { type Language, languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { partsOfRow } from "../scoring/contributions.ts";
import { isExternal, type OwnModel } from "../scoring/pack-model.ts";
import { openFlatFile } from "../training/flat-file.ts";
import { holdOut } from "../training/hold-out.ts";
import { takeRows } from "../training/measured-fit.ts";
import { type PointsCard, type PointsLoss, pointsCard, pointsLoss } from "../training/points.ts";
import { sigmoid } from "../training/sigmoid.ts";
import type { TrainingRows } from "../training/training-rows.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { print, wholeNumber } from "./command.ts";
import { modelNamed, type StoreFlags, withData } from "./model-store.ts";
import { scorecardCsv, scorecardMarkdown } from "./scorecard-text.ts";
import { axisText } from "./table-svg-words.ts";

interface Flags extends Omit<StoreFlags, "data"> {
  rows: string;
  data?: string;
  label: string;
  group?: string;
  time?: string;
  bins: string;
  language: string;
  out?: string;
}

/** `aldyn model scorecard`: a model as whole points that a person can add up, and what that loses. */
export function registerScorecard(model: Command): void {
  withData(
    model
      .command("scorecard <model>")
      .description("a model as whole points to be added up on paper, by id or directory; says what that loses"),
  )
    .requiredOption("--rows <file>", "rows to make the card from, .csv or .parquet; a fifth of them is kept aside to measure it on")
    .requiredOption("--label <column>", "what came: 0 or 1, true or false")
    .option("--group <column>", "rows of one group are never on both sides")
    .option("--time <column>", "the latest fifth of this column is kept aside")
    .option("--bins <n>", "most lines for the known values of a feature", "5")
    .option("--language <language>", "kk, ru or en", "ru")
    .option("--out <dir>", "write scorecard.kk.md, scorecard.kk.csv and the same in ru and en")
    .action(async (named: string, flags: Flags) => {
      const language = languages.find((each) => each === flags.language);
      if (language === undefined) throw new UserError("bad_option", `--language ${flags.language}: kk, ru or en`, { exitCode: 2 });
      const found = modelNamed(dataDirectory(flags.data), named);
      if (isExternal(found))
        throw new UserError("no_formula", `${found.manifest.name} was made elsewhere: what each feature adds is not known`);
      const { card, loss } = await cardOf(found as OwnModel, flags);
      const saying = (in_: Language) => ({ language: in_, label: labelIn(in_) });
      if (flags.out !== undefined) {
        mkdirSync(flags.out, { recursive: true });
        for (const each of languages) {
          writeFileSync(join(flags.out, `scorecard.${each}.md`), `${scorecardMarkdown(card, loss, saying(each))}\n`);
          writeFileSync(join(flags.out, `scorecard.${each}.csv`), scorecardCsv(card, saying(each)));
        }
      }
      print({ id: found.manifest.id, ...card, loss }, flags, () => scorecardMarkdown(card, loss, saying(language)));
    });
}

async function cardOf(model: OwnModel, flags: Flags): Promise<{ card: PointsCard; loss: PointsLoss }> {
  const bins = wholeNumber("--bins", flags.bins, 2, 20);
  const file = await openFlatFile(flags.rows);
  try {
    const names = model.manifest.features.map(({ name }) => name);
    file.require(names, `features of ${model.manifest.name}`);
    const columns = await file.numbers(names, "mend the value");
    const rows: TrainingRows = { names, columns, label: await file.label(flags.label) };
    const time = flags.time === undefined ? undefined : await file.texts(flags.time, "--time");
    const group = flags.group === undefined ? undefined : await file.texts(flags.group, "--group");
    const divided = holdOut({ rows: file.rowCount, time, group });
    if (divided === null)
      throw new UserError("nothing_aside", `${flags.rows}: all rows have one time or one group, so none can be kept aside`);
    const [made, aside] = [takeRows(rows, divided.fitted), takeRows(rows, divided.keptAside)];
    const directions = Object.fromEntries(model.manifest.features.map(({ name, direction }) => [name, direction]));
    const card = pointsCard(made, partsOf(model, made).parts, { bins, directions });
    if (card === null)
      throw new UserError("no_points", `${model.manifest.name} says the same of all rows of ${flags.rows}: no points are left`);
    return { card, loss: pointsLoss(card, aside, partsOf(model, aside).probability) };
  } finally {
    file.close();
  }
}

/** What each feature adds to each row's log-odds, and the probability. */
function partsOf(model: OwnModel, { columns, label }: TrainingRows): { parts: Float64Array[]; probability: Float64Array } {
  const explain = partsOfRow(model);
  const parts = columns.map(() => new Float64Array(label.length));
  const probability = new Float64Array(label.length);
  const values = new Array<number>(columns.length);
  for (let row = 0; row < label.length; row++) {
    columns.forEach((column, index) => {
      values[index] = column[row]!;
    });
    const own = explain(values);
    own.forEach((part, index) => {
      parts[index]![row] = part;
    });
    probability[row] = sigmoid(own.reduce((sum, part) => sum + part, model.manifest.base));
  }
  return { parts, probability };
}

function labelIn(language: Language): (name: string) => string {
  const { currency } = readDeployment(projectFile("models/deployment.yaml"));
  const features = new Map(readCatalogue(projectFile("models/features")).map((feature) => [feature.name, feature]));
  return (name) => axisText(name, features.get(name), [], { language, currency }).label;
}
