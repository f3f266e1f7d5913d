/** Counts below it are not shown, but for 0. */
const least = 5;

/**
 * Hides small counts of a table (rows: districts, columns: tiers) whose row sums are nearly known and whose column sums are shown. A line
 * that hides a small count hides its smallest count of five or more too, or all of it where it has none, so that the hidden one does not
 * follow from a sum. Column sums are hidden where they are small.
 */
export function suppressSmall(counts: readonly (readonly number[])[]): { cells: (number | null)[][]; sums: (number | null)[] } {
  const columns = counts[0]?.length ?? 0;
  const cells: Cell[][] = counts.map((row) => row.map((count) => ({ count, isHidden: isSmall(count) })));
  const lines = [...cells, ...Array.from({ length: columns }, (_, column) => cells.map((row) => row[column] as Cell))];
  for (let changed = true; changed; ) changed = lines.map(coverLine).some(Boolean);
  const sums = Array.from({ length: columns }, (_, column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  return {
    cells: cells.map((row) => row.map(({ count, isHidden }) => (isHidden ? null : count))),
    sums: sums.map((sum) => (isSmall(sum) ? null : sum)),
  };
}

interface Cell {
  count: number;
  isHidden: boolean;
}

/** Whether a count is of so few that it is not shown. */
export function isSmall(count: number): boolean {
  return count > 0 && count < least;
}

/** Hides one more count of a line, or all, when what it hides would follow from its sum. Whether it did. */
function coverLine(line: readonly Cell[]): boolean {
  const hidden = line.filter((cell) => cell.isHidden);
  if (hidden.length === 0) return false;
  const isSafe = hidden.length > 1 && hidden.some(({ count }) => count >= least);
  const rest = line.filter((cell) => !cell.isHidden).sort((a, b) => a.count - b.count);
  if (isSafe || rest.length === 0) return false;
  const cover = rest.find(({ count }) => count >= least);
  for (const cell of cover === undefined ? rest : [cover]) cell.isHidden = true;
  return true;
}
