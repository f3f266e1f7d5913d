import type { ProgrammeReport } from "../indicators/report.ts";
import { guardFormula } from "../lists/formula-guard.ts";

/** A row for each indicator and part (RFC 4180); shares as numbers from 0 to 1. */
export function indicatorCsv({ as_of, indicators }: ProgrammeReport): string {
  const head =
    "as_of,number,indicator,name,part,part_name,area,group,measured_on,value,low,high,unit,target_direction,target_low,target_high,standing,is_certain,units,households,unknown,coverage,period,source,missing";
  const rows = indicators.flatMap((indicator) =>
    indicator.figures.map((figure) =>
      [
        as_of,
        indicator.number,
        indicator.code,
        indicator.name,
        figure.part,
        figure.part_name,
        figure.area,
        figure.group,
        figure.as_of,
        figure.value,
        figure.low,
        figure.high,
        indicator.unit,
        indicator.target?.direction ?? null,
        indicator.target?.low ?? null,
        indicator.target?.high ?? null,
        figure.standing,
        String(figure.is_certain),
        figure.units,
        figure.households,
        figure.unknown,
        figure.coverage,
        indicator.period,
        indicator.source.join(" "),
        figure.not_measured ?? indicator.missing,
      ]
        .map(field)
        .join(","),
    ),
  );
  return `${[head, ...rows].join("\r\n")}\r\n`;
}

function field(cell: string | number | null): string {
  if (cell === null) return "";
  const text = typeof cell === "string" ? guardFormula(cell) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
