import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { readIndicators } from "../indicators/definition.ts";
import { breakdowns, parseBreakdown, readSpellTimes } from "../indicators/read-measured.ts";
import { reportProgramme } from "../indicators/report.ts";
import { areaPrefix } from "../lists/list-id.ts";
import type { Session } from "../warehouse/session.ts";
import { languageOf, print, type Register, wholeNumber } from "./command.ts";
import { indicatorCsv, indicatorText } from "./indicator-text.ts";
import { type MeasuredFlags, withMeasured, withMeasuredOptions } from "./measured.ts";

interface Flags extends MeasuredFlags {
  by?: string;
  months: string;
  csv?: boolean;
  svg?: string;
}

export const register: Register = (program) => {
  withMeasuredOptions(
    program.command("indicators").description("the programme's indicators beside their targets, with what is missing"),
    String(availableParallelism()),
  )
    .option("--by <part>", `break down by ${breakdowns.join(", ")}; several joined by commas: region,group,month`)
    .option("--months <n>", "with --by month: so many days of the series, each as it was known then", "12")
    .option("--csv", "print as CSV, a row for each indicator and part")
    .option("--svg <file>", "also draw the curves of time in the programme and of return, with their bands, into this file")
    .action(show);
};

async function show(flags: Flags): Promise<void> {
  const language = languageOf(flags);
  const by = parseBreakdown(flags.by);
  const months = by.includes("month") ? wholeNumber("--months", flags.months, 1, 120) : 1;
  const area = areaPrefix(flags.area);
  const definitions = readIndicators();
  const report = await withMeasured(flags, months, async (session) => {
    const names = await areaNames(session, language);
    if (area !== "" && !names.has(area))
      throw new UserError("bad_area", `--area ${flags.area}: no region or district has this code${didYouMean(area, names.keys())}`, {
        exitCode: 2,
      });
    if (flags.svg !== undefined) await drawCurves(session, flags.svg, area, `${names.get(area)}, ${flags.asOf}`, language);
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

/** The drawing library is loaded only here. */
async function drawCurves(session: Session, file: string, area: string, title: string, language: Language): Promise<void> {
  const { curvesSvg } = await import("./curve-svg.ts");
  const curves: Parameters<typeof curvesSvg>[0][number][] = [];
  for (const code of ["stay", "return"] as const) curves.push({ code, times: await readSpellTimes(session, code, [area]) });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, curvesSvg(curves, { title, language }));
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
