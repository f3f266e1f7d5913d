import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";
import { hashOf } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { pacedLoad } from "./paced-load.ts";

/** Requests a second and latency in milliseconds of one part of the benchmark. `failed`: other replies than 2xx, and cut connections. */
export interface Load {
  rate: number;
  p50_ms: number;
  p99_ms: number;
  requests: number;
  failed: number;
  bytes_per_reply: number;
}

export interface ApiBench {
  distinct_pages: number;
  cold: Load;
  cold_at_half_rate: Load;
  repeated: Load;
  plain: Load;
  /** Rate of repeated pages beside the plain route's. */
  repeated_to_plain: number;
}

interface Options {
  data: string;
  seconds: number;
  connections: number;
  onPart: (words: string) => void;
}

const pageSize = 50;

/** Serves a data directory's published run by `aldyn serve` and measures pages of 50 entries beside a plain route with a body of that size. */
export async function benchApi({ data, seconds, connections, onPart }: Options): Promise<ApiBench> {
  const words = ["serve", "--insecure-local", "--port", "0", "--data", data, "--json", "--requests-per-minute", "100000000"];
  const server = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), ...words], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const base = await addressOf(server);
    const pages = await distinctPages(base, onPart);
    const cannon = (url: string, paths: readonly string[]) => load(url, paths, { seconds, connections });
    const half = Math.floor(pages.length / 2);
    onPart(`distinct pages (${half}), as many as it serves`);
    const cold = await cannon(base, pages.slice(0, half));
    onPart(`distinct pages, ${Math.round(cold.rate / 2)} a second`);
    const coldAtHalf = await pacedLoad(base, pages.slice(half), { seconds, connections, rate: cold.rate / 2 });
    onPart("repeated pages");
    const repeated = await cannon(base, pages.slice(0, 20));
    onPart("plain route");
    const plain = await plainLoad(repeated.bytes_per_reply, cannon);
    return {
      distinct_pages: pages.length,
      cold,
      cold_at_half_rate: coldAtHalf,
      repeated,
      plain,
      repeated_to_plain: repeated.rate / plain.rate,
    };
  } finally {
    server.kill("SIGTERM");
  }
}

async function addressOf(server: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (url !== undefined) return url;
  }
  throw new UserError("no_server", "aldyn serve ended before it told its address; run it by hand to see why");
}

interface Page {
  next_cursor: string | null;
  entries: { area_code: string }[];
}

/** Paths of pages that nobody has asked for yet, in an order of no meaning: every page of the country, its regions and districts, in ru and en; found by walking them in kk. */
async function distinctPages(base: string, onPart: Options["onPart"]): Promise<string[]> {
  const get = async <T>(path: string) => (await (await fetch(`${base}${path}`)).json()) as T;
  const { items } = await get<{ items: { list_id: string; area: string; is_current: boolean }[] }>("/v1/lists?limit=500");
  const lists = items.filter((list) => list.is_current);
  onPart(`finding pages of ${lists.length} lists`);
  const paths: string[] = [];
  for (const { list_id } of lists) {
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `limit=${pageSize}${cursor === "" ? "" : `&cursor=${cursor}`}`;
      for (const language of ["ru", "en"]) paths.push(`/v1/lists/${list_id}/entries?${query}&lang=${language}`);
      ({ next_cursor: cursor } = await get<Page>(`/v1/lists/${list_id}/entries?${query}&lang=kk`));
    }
  }
  const place = new Map(paths.map((path) => [path, hashOf(path)]));
  return paths.sort((a, b) => (place.get(a) as string).localeCompare(place.get(b) as string));
}

/** Asks for the paths one after the other over and over, by many connections, each as soon as it has its reply. */
async function load(
  url: string,
  paths: readonly string[],
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Load> {
  let next = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => ({ ...request, path: paths[next++ % paths.length] as string }) }],
  });
  return {
    rate: result.requests.total / result.duration,
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
    requests: result.requests.total,
    failed: result.non2xx + result.errors + result.timeouts,
    bytes_per_reply: Math.round(result.throughput.total / Math.max(1, result.requests.total)),
  };
}

async function plainLoad(bytes: number, cannon: (url: string, paths: readonly string[]) => Promise<Load>): Promise<Load> {
  const server = fork(projectFile("src/bench/plain-server.js"), [String(bytes)], { execArgv: [] });
  try {
    const [port] = (await once(server, "message")) as [number];
    return await cannon(`http://127.0.0.1:${port}`, ["/"]);
  } finally {
    server.kill();
  }
}
