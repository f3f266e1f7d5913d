import type { Language } from "../domain/languages.ts";
import type { ComparedFigure, Comparison } from "../simulation/compare.ts";
import type { SeenHousehold, SeenSide } from "../simulation/household.ts";
import type { MarginalBand, Part, Reached, SimulatedDay, Simulation } from "../simulation/result.ts";
import type { ShownDay, ShownPart, ShownSimulation } from "../simulation/shown.ts";
import { simulationWords } from "./simulation-words.ts";
import { textTable } from "./text-table.ts";

const wide = { width: 150, apart: false };

/** A simulation for a terminal of 150 columns. */
export function simulationText(
  simulation: ShownSimulation,
  language: Language,
  { wasKept, seconds, hasDistricts }: { wasKept: boolean; seconds: number; hasDistricts: boolean },
): string {
  const words = simulationWords[language];
  const days = simulation.days.map((day) => dayText(simulation, day, language, hasDistricts));
  const last = wasKept ? words.found(simulation.simulation_id) : words.kept(simulation.simulation_id, seconds.toFixed(1));
  return [`${words.title} ${simulation.name}: ${simulation.question}`, ...days, words.note, last].join("\n\n");
}

function dayText(simulation: ShownSimulation, day: ShownDay, language: Language, hasDistricts: boolean): string {
  const all = day.parts[0] as Part;
  const words = simulationWords[language];
  const number = numberIn(language);
  const drawn = day.sampled < day.households ? `, ${words.drawn(number(day.sampled), number(day.households))}` : "";
  const head = `${words.asOf(day.as_of)}, ${words.income} ${day.income_quarter}, ${number(day.households)} ${words.households}${drawn}`;
  const sum = `${number(day.income_step_lcu)} ${simulation.currency}`;
  return [
    head,
    programmesText(simulation, all, language),
    ...(all.standard_errors === undefined ? [] : [intervalsText(simulation, all, language)]),
    povertyText(day, all, language),
    errorsText(simulation, all, language),
    partsText(simulation, hasDistricts ? day.parts : day.parts.filter(({ part }) => part !== "district"), language),
    `${words.step(sum)}\n${marginalText(day.marginal, language)}`,
    listsText(day.lists, language),
  ].join("\n\n");
}

type Named = Pick<Simulation, "programmes" | "currency" | "regions">;

function programmesText({ programmes, currency }: Named, all: Part, language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const rows = programmes.flatMap(({ code, name, period }) => {
    const each = all.programmes[code];
    if (each === undefined) return [];
    const sums = [each.sum_today_lcu, each.sum_changed_lcu, (each.sum_changed_lcu - each.sum_today_lcu) * (period === "month" ? 12 : 1)];
    const counts = [
      each.families_today,
      each.families_changed,
      each.gained_families,
      each.lost_families,
      each.lowered_families,
      each.unknown_changed,
      each.persons_today,
      each.persons_changed,
    ];
    const title = period === "once" ? `${name[language]} (${words.once})` : name[language];
    return [[title, ...counts.map(number), ...sums.map((sum) => (period === null ? "—" : number(sum)))]];
  });
  return textTable(
    [words.programmes[0] as string, ...words.programmes.slice(1).map((name, index) => (index === 8 ? `${name}, ${currency}` : name))],
    rows,
    wide,
  );
}

/** Totals with 1.96 standard errors to either side. */
function intervalsText({ programmes }: Named, part: Part, language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const figures = ["families_changed", "gained_families", "lost_families", "persons_changed", "sum_changed_lcu"] as const;
  const rows = programmes.flatMap(({ code, name }) => {
    const [reached, errors] = [part.programmes[code], part.standard_errors?.[code]];
    if (reached === undefined || errors === undefined) return [];
    const cells = figures.map((figure) => `${number(reached[figure])} ± ${number(Math.ceil(1.96 * (errors[figure] ?? 0)))}`);
    return [[name[language], ...cells]];
  });
  const columns = [2, 3, 4, 8, 10].map((index) => words.programmes[index] as string);
  return `${words.interval}\n${textTable([words.programmes[0] as string, ...columns], rows, wide)}`;
}

function povertyText({ gini, gini_errors }: Pick<SimulatedDay, "gini" | "gini_errors">, all: Part, language: Language): string {
  const words = simulationWords[language];
  const times = ["before", "today", "changed"] as const;
  const rates = (by: "by_line" | "by_minimum", figure: "fgt0" | "fgt1" | "fgt2") =>
    times.map((when) => percent(all.poverty[when][by][figure], language, 2, all.rate_errors?.poverty[when][by][figure]));
  const rows = [
    rates("by_line", "fgt0"),
    rates("by_line", "fgt1"),
    rates("by_line", "fgt2"),
    rates("by_minimum", "fgt0"),
    times.map((when) => gini[when].toFixed(4) + (gini_errors === undefined ? "" : ` ± ${(1.96 * gini_errors[when]).toFixed(4)}`)),
  ];
  return textTable(
    words.measures,
    rows.map((row, index) => [words.poverty[index] as string, ...row]),
    wide,
  );
}

function errorsText({ programmes }: Named, all: Part, language: Language): string {
  const words = simulationWords[language];
  const rows = programmes.flatMap(({ code, name }) => {
    const each = all.programmes[code];
    if (each === undefined) return [];
    const errors = all.rate_errors?.programmes[code];
    const share = (count: number, of: number, error: number | undefined) => (of === 0 ? "—" : percent(count / of, language, 1, error));
    return [
      [
        name[language],
        share(each.poor_families - each.poor_reached_today, each.poor_families, errors?.exclusion_today),
        share(each.poor_families - each.poor_reached_changed, each.poor_families, errors?.exclusion_changed),
        share(each.not_poor_reached_today, each.families_today, errors?.inclusion_today),
        share(each.not_poor_reached_changed, each.families_changed, errors?.inclusion_changed),
      ],
    ];
  });
  return textTable(words.errors, rows, wide);
}

/** Regions and groups by the monthly programme whose sum changes most; by all payments where none does. */
function partsText({ programmes, regions }: Named, parts: readonly ShownPart[], language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const all = parts[0] as Part;
  const moved = ({ sum_today_lcu, sum_changed_lcu }: Reached) => Math.abs(sum_changed_lcu - sum_today_lcu);
  const paying = programmes.filter(({ code, period }) => period === "month" && all.programmes[code] !== undefined);
  const [single, any] = [paying.slice(0, -1), paying.at(-1)];
  const most = single.toSorted((a, b) => moved(all.programmes[b.code] as Reached) - moved(all.programmes[a.code] as Reached))[0];
  const shown = (most !== undefined && moved(all.programmes[most.code] as Reached) > 0 ? most : any) as Simulation["programmes"][number];
  const rows = parts.slice(1).map((part) => {
    const each = part.programmes[shown.code];
    const place = part.part === "group" ? words.groups[part.value] : regions[part.value]?.[language];
    const name = `${part.part === "district" ? "  " : ""}${place ?? part.value}`;
    const poverty = (when: "today" | "changed") =>
      part.poverty === null ? words.hidden : percent(part.poverty[when].by_line.fgt0, language, 1);
    if (each === null || each === undefined)
      return [name, number(part.families), ...Array.from({ length: 6 }, () => words.hidden), poverty("today"), poverty("changed")];
    const counts = [
      part.families,
      each.families_today,
      each.families_changed,
      each.gained_families,
      each.lost_families,
      each.sum_today_lcu,
      each.sum_changed_lcu,
    ];
    return [name, ...counts.map(number), poverty("today"), poverty("changed")];
  });
  return `${words.partsOf}: ${shown.name[language]}\n${textTable(words.parts, rows, wide)}`;
}

function marginalText(bands: readonly MarginalBand[], language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const share = (value: number) => percent(value, language, 0);
  const rows = bands.map((band) => [
    band.below === null ? `${band.from} +` : `${band.from} – ${band.below}`,
    number(band.families),
    percent(band.mean_today, language, 0, band.errors?.mean_today),
    percent(band.mean_changed, language, 0, band.errors?.mean_changed),
    ...(["0.6", "0.8", "1"] as const).flatMap((over) => [share(band.over_today[over]), share(band.over_changed[over])]),
  ]);
  return textTable(words.marginal, rows, wide);
}

function listsText(lists: SimulatedDay["lists"], language: Language): string {
  const words = simulationWords[language];
  if ("not_made" in lists) return lists.not_made === "no_run" ? words.noRun : words.sameLists;
  const tiers = lists.by_tier.map(({ tier, today, changed }) => `${tier} ${today} → ${changed}`).join(", ");
  return `${words.lists(lists.listed_today, lists.listed_changed, lists.entered, lists.left)} (${tiers})`;
}

/** Two simulations beside each other. */
export function comparisonText({ one, other, days, differences }: Comparison, language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const title = `${one.name} (${one.simulation_id.slice(0, 12)}) – ${other.name} (${other.simulation_id.slice(0, 12)})`;
  const head = words.compared.map((name, index) => (name !== "" ? ([1, 4, 6].includes(index) ? `${name} ${one.name}` : name) : other.name));
  const tables = days.map(({ as_of, programmes, figures }) => {
    const rows = programmes.map(({ name, families, persons, sum_lcu }) => [
      name[language],
      ...[families[0], families[1], families[1] - families[0], ...persons, ...sum_lcu, sum_lcu[1] - sum_lcu[0]].map(number),
    ]);
    const lines = (Object.entries(figures) as [ComparedFigure, [number, number]][]).map(([figure, [a, b]]) => [
      words.figures[figure],
      ...[a, b].map((value) => (figure === "gini" ? value.toFixed(4) : percent(value, language, 2))),
    ]);
    return `${words.asOf(as_of)}\n${textTable(head, rows, wide)}\n\n${textTable([words.measures[0] as string, one.name, other.name], lines, wide)}`;
  });
  return [title, ...differences.map((each) => `! ${words.differences[each]}`), ...tables].join("\n\n");
}

/** What one family would see. */
export function householdText(seen: SeenHousehold, language: Language): string {
  const words = simulationWords[language];
  const number = numberIn(language);
  const side = (of: SeenSide | null) =>
    of === null
      ? words.notInForce
      : `${of.state_text}${of.amount_lcu === null ? "" : `\n${number(of.amount_lcu)} ${seen.currency}${of.period === "month" ? ` ${words.month}` : ` (${words.once})`}`}`;
  const days = seen.days.map(({ as_of, income_quarter, programmes }) => {
    const rows = programmes.flatMap(({ name, today, changed, conditions }) => [
      [name, side(today), JSON.stringify(today) === JSON.stringify(changed) ? words.same : side(changed)],
      ...conditions.map((each) => [
        `  · ${each.changed?.reference ?? each.today?.reference ?? ""}`,
        each.today?.text ?? words.notInForce,
        each.changed?.text ?? words.notInForce,
      ]),
    ]);
    return `${words.asOf(as_of)}, ${words.income} ${income_quarter}\n${textTable(words.seen, rows, { width: 150, apart: true })}`;
  });
  return [`${words.title} ${seen.name}: ${seen.question}`, ...days, words.note].join("\n\n");
}

const numberIn = (language: Language) => {
  const format = new Intl.NumberFormat(language);
  return (value: number) => format.format(value);
};

/** A share; of a sample with half the width of its 95 % interval. */
function percent(share: number, language: Language, digits: number, error?: number): string {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(share * 100)} %${error === undefined ? "" : ` ± ${format.format(196 * error)}`}`;
}
