/**
 * Waits for SIGTERM or SIGINT and then for `stop`; a second signal calls it again, hurried, and waits for that alone. When that does not come to
 * an end in `patienceSeconds`, or a third signal comes, the process ends with what it has.
 */
export function untilStopped(stop: (isHurried: boolean) => Promise<void>, patienceSeconds = 10): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0;
    const onSignal = () => {
      signals += 1;
      if (signals > 2) process.exit(1);
      if (signals === 2) setTimeout(() => process.exit(1), patienceSeconds * 1000).unref();
      stop(signals === 2).then(resolve, reject);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}
