import type { Language } from "../domain/languages.ts";
import type { ComparedFigure, Comparison } from "../simulation/compare.ts";
import type { SeenHousehold, SeenSide } from "../simulation/household.ts";
import { numberIn, percent, wide } from "./simulation-figures.ts";
import { simulationWords } from "./simulation-words.ts";
import { textTable } from "./text-table.ts";

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
