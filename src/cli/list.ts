import type { Command } from "commander";
import { didYouMean, UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { diffLists } from "../lists/diff-lists.ts";
import { type ExportFormat, exportFormats } from "../lists/export-columns.ts";
import { readFrame } from "../lists/frame.ts";
import { openPublished } from "../lists/published.ts";
import { type List, type ListQuery, readList } from "../lists/read-list.ts";
import { readingDay } from "../lists/reading-day.ts";
import { requireOutreach } from "../lists/refusals.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, languageOf, print, type Register, wholeNumber } from "./command.ts";
import { diffText, listText } from "./list-text.ts";
import { type RunFlags, withRunOptions } from "./options.ts";
import { readAudited } from "./store.ts";
import { verifyCommand } from "./verify.ts";

interface Options extends JsonFlag {
  data?: string;
  run?: string;
  area: string;
  tier?: string;
  limit?: string;
  lang: string;
  today?: string;
}

export const register: Register = (program) => {
  const list = program.command("list").description("whom to visit first, why, and what can be offered");
  common(list.command("show").description("print the list of an area, the first 50 entries"))
    .option("--run <id>", "the run, or the beginning of its id; the current one when absent")
    .option("--limit <n>", "entries at most", "50")
    .action(show);
  common(list.command("export").description("write the list of an area to a file, for outreach only"))
    .requiredOption("--format <format>", exportFormats.join(", "))
    .requiredOption("--out <file>", "where to write")
    .option("--run <id>", "the run, or the beginning of its id; the current one when absent")
    .option("--limit <n>", "entries at most; all when absent")
    .option("--purpose <purpose>", "what it is for", "outreach")
    .action(write);
  common(list.command("diff").description("what changed between two runs, and why"))
    .argument("<run-a>", "the earlier run, or the beginning of its id")
    .argument("<run-b>", "the later run")
    .option("--limit <n>", "households of each kind to print; JSON has all", "20")
    .action(diff);
  withRunOptions(list.command("verify").description("replay the run behind a list and compare every input and every file with it"))
    .option("--run <id>", "the run or the list, or the beginning of its id; the current one when absent")
    .action(verify);
};

async function verify(flags: RunFlags & { run?: string }): Promise<void> {
  const { session, meta } = await openPublished(dataDirectory(flags.data));
  session.close();
  await verifyCommand(flags.run ?? meta.run_id, flags);
}

function common(command: Command): Command {
  return command
    .option("--data <dir>", "data directory (ALDYN_DATA, or ./var)")
    .option("--area <kato>", "KATO code or its leading digits; the whole country when absent", "")
    .option("--tier <tier>", "one tier only")
    .option("--lang <language>", languages.join(", "), "ru")
    .option("--today <date>", "the day of reading: scores are not shown after their last day")
    .addOption(jsonOption);
}

async function show(options: Options): Promise<void> {
  const data = dataDirectory(options.data);
  const list = await readAudited(data, { action: "aldyn list show" }, () => read(data, options.run, options), idsOf);
  print(list, options, () => listText(list, languageOf(options)));
}

async function write(options: Options & { format: string; out: string; purpose: string }): Promise<void> {
  const data = dataDirectory(options.data);
  const { format, out, area } = options;
  if (!(exportFormats as readonly string[]).includes(format))
    throw new UserError("bad_option", `--format ${format}${didYouMean(format, exportFormats)}: give one of ${exportFormats.join(", ")}`, {
      exitCode: 2,
    });
  const { purpose: asked } = options;
  const readForOutreach = async () => {
    requireOutreach(data, asked, { format, area }, new Date());
    return read(data, options.run, options);
  };
  const list = await readAudited(data, { action: "aldyn list export", purpose: asked }, readForOutreach, idsOf);
  const { exportList } = await import("../lists/export-list.ts");
  await exportList(list, format as ExportFormat, out, languageOf(options));
  const { list_id, purpose, entries } = list;
  print({ out, format, list_id, purpose, entries: entries.length }, options, () => {
    return `${out}: ${entries.length} entries, list ${list_id}, purpose=${purpose}`;
  });
}

async function diff(runA: string, runB: string, options: Options): Promise<void> {
  const data = dataDirectory(options.data);
  const all = { ...options, limit: undefined };
  const readBoth = async () => [await read(data, runA, all), await read(data, runB, all)] as const;
  const [before, after] = await readAudited(data, { action: "aldyn list diff" }, readBoth, (lists) => lists.flatMap(idsOf));
  const found = diffLists(before, after);
  print(found, options, () => diffText(found, wholeNumber("--limit", options.limit ?? "20", 1)));
}

const idsOf = ({ list_id }: List) => [list_id];

/** The list asked for. */
async function read(
  data: DataDirectory,
  run: string | undefined,
  options: Omit<Options, "limit"> & { limit?: string | undefined },
): Promise<List> {
  const { session, meta } = await openPublished(data, run);
  try {
    const query: ListQuery = {
      area: options.area,
      tier: options.tier,
      limit: options.limit === undefined ? undefined : wholeNumber("--limit", options.limit, 1),
      language: languageOf(options),
      today: readingDay(meta, options.today, new Date()),
    };
    return await readList(session, await readFrame(session, meta), query);
  } finally {
    session.close();
  }
}
