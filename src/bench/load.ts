import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";

/** Requests a second and latency in milliseconds of one part of the benchmark. `failed`: other replies than 2xx, and cut connections. */
export interface Load {
  rate: number;
  p50_ms: number;
  /** Median of the 99th percentiles of five parts in time: machines are shared, and one stall from outside would decide that of the whole. */
  p99_ms: number;
  /** The largest of the five. */
  worst_p99_ms: number;
  /** The 99th percentile of all requests together. */
  whole_p99_ms: number;
  requests: number;
  failed: number;
  bytes_per_reply: number;
}

interface Size {
  seconds: number;
  connections: number;
}

/** Asks for the paths one after the other, by many connections, each as soon as it has its reply: over and over, or until each was asked for once. */
export async function busyLoad(
  url: string,
  paths: readonly string[],
  { seconds, connections, isOnce }: Size & { isOnce: boolean },
): Promise<Load> {
  const { ask, end } = clients(url, connections);
  const until = performance.now() + seconds * 1000;
  let next = 0;
  const client = async () => {
    while (performance.now() < until && !(isOnce && next >= paths.length))
      await ask(paths[next++ % paths.length] as string, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, client));
  return end();
}

/**
 * Asks for each path once at an even rate, whether or not earlier replies have come; a latency counts from the moment that the request was due, so that
 * a server that falls behind cannot hide it.
 */
export async function pacedLoad(
  url: string,
  paths: readonly string[],
  { seconds, connections, rate }: Size & { rate: number },
): Promise<Load> {
  const { ask, end } = clients(url, connections);
  const beganAt = performance.now();
  const asked: Promise<void>[] = [];
  const most = Math.min(paths.length, Math.max(1, Math.round(rate * seconds)));
  for (let index = 0; index < most; index++) {
    const dueAt = beganAt + (index * 1000) / rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    asked.push(ask(paths[index] as string, dueAt));
  }
  await Promise.all(asked);
  return end();
}

/** Connections that count what comes and look at none of it: a client that decodes bodies measures itself. */
function clients(url: string, connections: number): { ask(path: string, dueAt: number): Promise<void>; end(): Promise<Load> } {
  const pool = new Pool(url, { connections });
  const latencies: number[] = [];
  const beganAt = performance.now();
  let [failed, bytes] = [0, 0];
  return {
    ask: (path, dueAt) =>
      new Promise((resolve) => {
        pool.dispatch(
          { path, method: "GET" },
          {
            onRequestStart() {},
            onResponseStart(_, status) {
              if (status < 200 || status >= 300) failed += 1;
            },
            onResponseData(_, chunk) {
              bytes += chunk.byteLength;
            },
            onResponseEnd() {
              latencies.push(performance.now() - dueAt);
              resolve();
            },
            onResponseError() {
              failed += 1;
              resolve();
            },
          },
        );
      }),
    async end() {
      const lasted = (performance.now() - beganAt) / 1000;
      await pool.close();
      const requests = latencies.length;
      const inFifths = Array.from({ length: 5 }, (_, part) =>
        percentile(latencies.slice((part * requests) / 5, ((part + 1) * requests) / 5), 0.99),
      );
      return {
        rate: requests / lasted,
        p50_ms: percentile(latencies, 0.5),
        p99_ms: percentile(inFifths, 0.5),
        worst_p99_ms: Math.max(...inFifths),
        whole_p99_ms: percentile(latencies, 0.99),
        requests,
        failed,
        bytes_per_reply: Math.round(bytes / requests),
      };
    },
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
