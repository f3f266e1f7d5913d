/** Waits for SIGTERM or SIGINT and then for `stop`; a second signal calls it again, hurried, and waits for that alone. */
export function untilStopped(stop: (isHurried: boolean) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0;
    const onSignal = () => {
      signals += 1;
      if (signals <= 2) stop(signals === 2).then(resolve, reject);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}
