import { once } from "node:events";
import { Redis } from "ioredis";
import { UserError } from "../domain/errors.ts";

/** Told when Redis cannot be reached, once for each time that it is lost, and when it is there again. */
export type OnRedis = (state: "lost" | "back", words: string) => void;

/**
 * A connection to Redis for a queue. It keeps trying for ever while Redis is away. `blocking`: for workers, whose commands wait for Redis;
 * those of everybody else fail while it is away.
 */
export function connectRedis(url: string, { blocking, onRedis }: { blocking: boolean; onRedis?: OnRedis }): Redis {
  const place = placeOf(url);
  const redis = new Redis(url, {
    maxRetriesPerRequest: blocking ? null : 1,
    enableOfflineQueue: blocking,
    retryStrategy: (attempt) => Math.min(5_000, 100 * 2 ** Math.min(attempt, 6)),
  });
  let isLost = false;
  redis.on("error", (error: Error & { code?: string }) => {
    if (!isLost) onRedis?.("lost", `Redis at ${place} does not answer (${error.code ?? error.name}); trying again until it does`);
    isLost = true;
  });
  redis.on("ready", () => {
    if (isLost) onRedis?.("back", `Redis at ${place} answers`);
    isLost = false;
  });
  return redis;
}

/** Waits until Redis answers, but not for long. A UserError when it does not. */
export async function untilReady(redis: Redis, seconds = 5): Promise<void> {
  if (redis.status === "ready") return;
  // An attempt that fails is an `error`, which ends the waiting.
  await once(redis, "ready", { signal: AbortSignal.timeout(seconds * 1000) }).catch((cause: unknown) => {
    throw noRedis(redis, cause);
  });
}

/** What is said where Redis is away. */
export function noRedis(redis: Redis, cause?: unknown): UserError {
  const { host, port, path } = redis.options;
  const place = path === undefined ? `${host}:${port}` : "a socket";
  return new UserError("no_redis", `Redis at ${place} does not answer; start it, or name another by REDIS_URL`, { cause });
}

/** Host and port of a Redis URL: what may be shown of it. A UserError when it is none. */
export function placeOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    if (["redis:", "rediss:", "unix:"].includes(protocol)) return host || "a socket";
  } catch {}
  throw new UserError("bad_redis_url", "REDIS_URL is not a Redis address; give one such as redis://127.0.0.1:6379", { exitCode: 2 });
}
