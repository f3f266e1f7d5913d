import { UserError } from "../domain/errors.ts";

/** Where the queue is. A UserError says what to set. */
export function redisUrl(environment: NodeJS.ProcessEnv = process.env): string {
  const url = environment.REDIS_URL;
  if (url === undefined || url === "")
    throw new UserError("no_redis", "set REDIS_URL to the Redis that holds the queue, for example REDIS_URL=redis://127.0.0.1:6379", {
      exitCode: 2,
    });
  return url;
}
