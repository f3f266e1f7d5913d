/** One line on a terminal that is written over as work goes on; silent in a pipe. */
export interface Progress {
  show(text: string): void;
  /** Ends the line, so that what follows starts on a new one. */
  done(): void;
}

/** A progress line on standard error. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show: () => undefined, done: () => undefined };
  let isShown = false;
  return {
    show(text) {
      isShown = true;
      stream.write(`\r\u001b[2K${text.slice(0, stream.columns - 1)}`);
    },
    done() {
      if (isShown) stream.write("\r\u001b[2K");
      isShown = false;
    },
  };
}
