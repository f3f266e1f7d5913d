/** Rows are dealt to threads by blocks of so many in turn, so that each has its part of every stretch of the data. */
const blockRows = 256;

/** Stretches [from, until) of the rows of one thread, in order. */
export function* ownStretches(rows: number, thread: number, threads: number): Generator<[from: number, until: number]> {
  for (let from = thread * blockRows; from < rows; from += threads * blockRows) yield [from, Math.min(rows, from + blockRows)];
}

/** How many rows a thread has. */
export function ownRows(rows: number, thread: number, threads: number): number {
  let own = 0;
  for (const [from, until] of ownStretches(rows, thread, threads)) own += until - from;
  return own;
}
