/** A table for a terminal: columns as wide as they need, the widest wrapped by words so that the whole fits `width`; `apart` leaves a line between rows. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, apart }: { width: number; apart: boolean } = { width: 120, apart: false },
): string {
  const widths = columnWidths(head, rows, width);
  const line = (cells: readonly (readonly string[])[]) => {
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, row) =>
      cells
        .map((cell, column) => (cell[row] ?? "").padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    ).join("\n");
  };
  const wrapped = (cells: readonly string[]) => line(cells.map((cell, column) => wrap(cell, widths[column] as number)));
  const body = rows.map(wrapped).join(apart ? "\n\n" : "\n");
  return [wrapped(head), widths.map((each) => "─".repeat(each)).join("  "), body].join("\n");
}

/** A text in lines of at most `width` characters, broken between words; a longer word is broken within. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = "";
      }
      line = line === "" ? word : `${line} ${word}`;
      while (line.length > width) {
        lines.push(line.slice(0, width));
        line = line.slice(width);
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Natural widths, the widest column made narrower until the table fits. */
function columnWidths(head: readonly string[], rows: readonly (readonly string[])[], width: number): number[] {
  const natural = head.map((name, column) =>
    Math.max(name.length, ...rows.flatMap((row) => (row[column] ?? "").split("\n").map((part) => part.length))),
  );
  const available = width - 2 * (head.length - 1);
  while (natural.reduce((sum, each) => sum + each, 0) > available) {
    const widest = natural.indexOf(Math.max(...natural));
    if ((natural[widest] as number) <= 8) break;
    natural[widest] = (natural[widest] as number) - 1;
  }
  return natural;
}
