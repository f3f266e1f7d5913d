import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { takeLock } from "../warehouse/file-lock.ts";

/**
 * Runs `work` while this process alone may run pipelines on the data directory. A second one waits `waitSeconds` (0 when absent), and is
 * then told who holds it and since when.
 */
export async function withRunLock<T>(
  data: DataDirectory,
  doing: string,
  startedAt: string,
  work: () => Promise<T>,
  waitSeconds = 0,
): Promise<T> {
  const release = await takeLock({
    directory: data.root,
    name: "run-lock",
    doing,
    startedAt,
    waitSeconds,
    refused: (holder, cause) =>
      new UserError("run_locked", `another run holds ${data.root}: ${holder}; wait for it to end, or use another --data directory`, {
        cause,
      }),
  });
  return work().finally(release);
}
