import type { Command } from "commander";
import { databaseUrlOf } from "../cases/open-store.ts";
import { UserError } from "../domain/errors.ts";
import { type QueueService, startQueueService } from "../queue/service.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type Register, wholeNumber } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { redisUrl } from "./redis-url.ts";
import { modelsIn } from "./store.ts";
import { untilStopped } from "./until-stopped.ts";

export const register: Register = (program: Command) => {
  withRunOptions(program.command("worker").description("work on the jobs of the queue on Redis (REDIS_URL), until stopped"))
    .option("--stalled-after <seconds>", "after so long without a sign of life a worker's job is taken by another", "30")
    .action((flags: RunFlags & { stalledAfter: string }) => {
      const stalledAfterSeconds = wholeNumber("--stalled-after", flags.stalledAfter, 1, 3600);
      if (databaseUrlOf(process.env) === undefined)
        throw new UserError(
          "no_database",
          "workers in processes of their own share the operations store: set DATABASE_URL to a PostgreSQL. Without one, aldyn serve with REDIS_URL works on the queue itself",
          { exitCode: 2 },
        );
      return serveQueue(flags, { works: true, schedules: false, stalledAfterSeconds }, "working");
    });
};

/** Takes part in the queue until SIGTERM or SIGINT; the job under way ends first, a second signal leaves it to another worker. */
export async function serveQueue(
  flags: RunFlags,
  part: Pick<QueueService, "works" | "schedules" | "stalledAfterSeconds">,
  words: string,
): Promise<void> {
  const data = dataDirectory(flags.data);
  const settings = runSettings(flags);
  const say = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const service = startQueueService({
    ...part,
    redisUrl: redisUrl(),
    options: { ...settings, data, now: () => new Date(), ...modelsIn(data) },
    place: { ...settings, data: data.root },
    onWord: say,
  });
  say(`${words} on the queue for ${data.root}`);
  await untilStopped((isHurried) => {
    say(isHurried ? "stopping at once" : "stopping when the job under way has ended; stop again to leave it to another worker");
    return service.close(isHurried);
  });
}
