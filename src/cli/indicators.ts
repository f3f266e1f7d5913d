import { availableParallelism } from "node:os";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { readIndicators } from "../indicators/definition.ts";
import { type Breakdown, breakdowns } from "../indicators/read-measured.ts";
import { reportProgramme } from "../indicators/report.ts";
import { areaPrefix } from "../lists/list-id.ts";
import type { Session } from "../warehouse/session.ts";
import { print, type Register, wholeNumber } from "./command.ts";
import { indicatorCsv, indicatorText } from "./indicator-text.ts";
import { languageOf, type MeasuredFlags, withMeasured, withMeasuredOptions } from "./measured.ts";

interface Flags extends MeasuredFlags {
  by?: string;
  months: string;
  csv?: boolean;
}

export const register: Register = (program) => {
  withMeasuredOptions(
    program.command("indicators").description("the programme's indicators beside their targets, with what is missing"),
    String(availableParallelism()),
  )
    .option("--by <part>", `break down by ${breakdowns.join(", ")}`)
    .option("--months <n>", "with --by month: so many days of the series, each as it was known then", "12")
    .option("--csv", "print as CSV, a row for each indicator and part")
    .action(show);
};

async function show(flags: Flags): Promise<void> {
  const language = languageOf(flags.lang);
  const by = breakdownOf(flags.by);
  const months = by === "month" ? wholeNumber("--months", flags.months, 1, 120) : 1;
  const area = areaPrefix(flags.area);
  const definitions = readIndicators();
  const report = await withMeasured(flags, months, async (session) => {
    const names = await areaNames(session, language);
    if (area !== "" && !names.has(area))
      throw new UserError("bad_area", `--area ${flags.area}: no region or district has this code${didYouMean(area, names.keys())}`, {
        exitCode: 2,
      });
    return reportProgramme(session, definitions, {
      asOf: flags.asOf,
      areas: [area],
      by,
      language,
      areaName: (code) => names.get(code) ?? code,
    });
  });
  if (flags.csv === true) process.stdout.write(indicatorCsv(report));
  else print(report, flags, () => indicatorText(report, language));
}

function breakdownOf(by: string | undefined): Breakdown | undefined {
  const found = breakdowns.find((each) => each === by);
  if (by !== undefined && found === undefined)
    throw new UserError("bad_option", `--by ${by}${didYouMean(by, breakdowns)}: give one of ${breakdowns.join(", ")}`, { exitCode: 2 });
  return found;
}

const country: Readonly<Record<Language, string>> = { kk: "бүкіл ел", ru: "вся страна", en: "the whole country" };

/** Names of the country, regions and districts by KATO prefix. */
export async function areaNames(session: Session, language: Language): Promise<Map<string, string>> {
  const rows = await session.rows<{ prefix: string; name: string }>(
    `select distinct on (prefix) prefix, name from (
       select case level when 'region' then left(area_code, 2) else left(area_code, 4) end as prefix,
         coalesce(name_${language}, name_ru) as name
       from area where level in ('region', 'district'))
     order by prefix, name`,
  );
  return new Map([["", country[language]], ...rows.map(({ prefix, name }) => [prefix, name] as const)]);
}
