import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { hashOf } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { busyLoad, type Load, pacedLoad } from "./load.ts";

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
/** Entries from the beginning of a page to that of the next: each overlaps with its neighbours, none is asked for twice. */
const pageStep = 5;

/** Serves a data directory's published run by `aldyn serve` and measures pages of 50 entries beside a plain route with a body of that size. */
export async function benchApi({ data, seconds, connections, onPart }: Options): Promise<ApiBench> {
  const words = ["serve", "--insecure-local", "--port", "0", "--data", data, "--json", "--requests-per-minute", "100000000"];
  const server = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), ...words], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    const base = await addressOf(server);
    const pages = await distinctPages(base, onPart);
    const cannon = (url: string, paths: readonly string[], isOnce = false) => busyLoad(url, paths, { seconds, connections, isOnce });
    const most = Math.floor(pages.length * (2 / 3));
    onPart(`distinct pages (${most}), as many as it serves`);
    const cold = await cannon(base, pages.slice(0, most), true);
    onPart(`distinct pages, ${Math.round(cold.rate / 2)} a second`);
    const coldAtHalf = await pacedLoad(base, pages.slice(most), { seconds, connections, rate: cold.rate / 2 });
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
    // Until it has ended it writes to the data directory.
    await ended;
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

/**
 * Paths of full pages that nobody has asked for yet, in an order of no meaning: of the country, its regions and districts, in each language,
 * from every fifth entry on. A UserError when the lists are too short for any.
 */
async function distinctPages(base: string, onPart: Options["onPart"]): Promise<string[]> {
  const ask = async <T>(path: string) => (await (await fetch(`${base}/v1/lists${path}`)).json()) as T;
  const { items } = await ask<{ items: { list_id: string; is_current: boolean }[] }>("?limit=500");
  const lists = items.filter((list) => list.is_current);
  onPart(`finding pages of ${lists.length} lists`);
  const paths: string[] = [];
  for (const { list_id } of lists) {
    const entries = `/${list_id}/entries?`;
    let cursor = "";
    for (let rest = Infinity; rest >= pageSize; rest -= pageStep) {
      const { matching, next_cursor } = await ask<{ matching: number; next_cursor: string | null }>(`${entries}limit=${pageStep}${cursor}`);
      rest = Math.min(rest, matching);
      if (rest >= pageSize) for (const language of languages) paths.push(`/v1/lists${entries}limit=${pageSize}&lang=${language}${cursor}`);
      cursor = `&cursor=${encodeURIComponent(next_cursor ?? "")}`;
    }
  }
  if (paths.length < 10)
    throw new UserError("short_lists", "the lists have hardly a page of 50 entries; give more --households", { exitCode: 2 });
  const place = new Map(paths.map((path) => [path, hashOf(path)]));
  return paths.sort((a, b) => (place.get(a) as string).localeCompare(place.get(b) as string));
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
