import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { Load } from "./api.ts";

/**
 * Asks for paths at an even rate, whether or not earlier replies have come; a latency counts from the moment that the request was due, so that
 * a server that falls behind cannot hide it.
 */
export async function pacedLoad(
  url: string,
  paths: readonly string[],
  { seconds, connections, rate }: { seconds: number; connections: number; rate: number },
): Promise<Load> {
  const pool = new Pool(url, { connections });
  const latencies: number[] = [];
  let failed = 0;
  let bytes = 0;
  const ask = async (path: string, dueAt: number) => {
    const { statusCode, body } = await pool.request({ path, method: "GET" });
    bytes += (await body.arrayBuffer()).byteLength;
    if (statusCode >= 300) failed += 1;
    latencies.push(performance.now() - dueAt);
  };
  const total = Math.max(1, Math.round(rate * seconds));
  const beganAt = performance.now();
  const asked: Promise<void>[] = [];
  for (let index = 0; index < total; index++) {
    const dueAt = beganAt + (index * 1000) / rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    asked.push(
      ask(paths[index % paths.length] as string, dueAt).catch(() => {
        failed += 1;
      }),
    );
  }
  await Promise.all(asked);
  const lasted = (performance.now() - beganAt) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN;
  return { rate: total / lasted, p50_ms: at(0.5), p99_ms: at(0.99), requests: total, failed, bytes_per_reply: Math.round(bytes / total) };
}
