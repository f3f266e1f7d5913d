import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { Agent, type Dispatcher, request } from "undici";
import { UserError } from "../../domain/errors.ts";
import type { Source } from "../source-shapes.ts";
import { certificates, readSecret } from "./secrets.ts";
import type { HttpServer } from "./shapes.ts";

/** A server's reply to a request that went well. */
export interface Reply {
  body: Uint8Array;
  headers: Dispatcher.ResponseData["headers"];
  /** Where it came from in the end. */
  url: URL;
}

/** Asks a source's server. */
export interface HttpClient {
  /** Gets a page, trying again when that may help. A UserError names the page and the address without its query. */
  get(url: URL, page: string): Promise<Reply>;
  close(): Promise<void>;
}

/** A failure that may pass; `waitSeconds` is what the server asks for. */
class Passing extends Error {
  readonly waitSeconds: number;
  constructor(message: string, waitSeconds = 0) {
    super(message);
    this.waitSeconds = waitSeconds;
  }
}

/** A client with the source's token and certificates, which go to its server alone. */
export function httpClient(source: Source, environment: NodeJS.ProcessEnv, now: () => Date): HttpClient {
  const server = source.http as HttpServer;
  const token = readSecret(source, { key: "http.token", variable: server.token_env, file: server.token_file }, environment);
  const milliseconds = server.timeout_seconds * 1000;
  // One limit holds for the whole of a page; the client's own would cut a patient one short.
  const connect = { ...certificates(source, server.tls), timeout: milliseconds };
  const dispatcher = new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
  const headers = {
    accept: "application/json, application/x-ndjson",
    "accept-encoding": "identity",
    "user-agent": "aldyn",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const ask = async (url: URL, place: string): Promise<Reply> => {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await follow(url, place, server, now, (to) => request(to, { dispatcher, headers, signal }));
    } catch (error) {
      if (error instanceof UserError || error instanceof Passing) throw error;
      if (signal.aborted) throw new Passing(`no whole reply within ${server.timeout_seconds} s`);
      throw new Passing(words(error as Error));
    }
  };
  return {
    get: (url, page) => {
      const place = `${source.file}: http: ${page} of ${shown(url)}`;
      return patiently(() => ask(url, place), place, server);
    },
    close: () => dispatcher.destroy(),
  };
}

async function patiently<T>(work: () => Promise<T>, place: string, server: HttpServer): Promise<T> {
  try {
    return await pRetry(work, {
      retries: server.attempts - 1,
      minTimeout: server.retry_delay_seconds * 1000,
      maxTimeout: 60_000,
      factor: 2,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof Passing,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof Passing) || retriesLeft === 0) return;
        if (error.waitSeconds > server.max_wait_seconds)
          throw new UserError(
            "http_wait",
            `${place}: ${error.message}, more than max_wait_seconds ${server.max_wait_seconds}; try again then`,
          );
        await sleep(error.waitSeconds * 1000);
      },
    });
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    throw new UserError(
      "http_failed",
      `${place}: ${error.message} (${server.attempts} attempts); what came so far is kept, try again later`,
    );
  }
}

const redirects = 5;

/** Follows redirects within the server. */
async function follow(
  from: URL,
  place: string,
  server: HttpServer,
  now: () => Date,
  send: (url: URL) => Promise<Dispatcher.ResponseData>,
): Promise<Reply> {
  let url = from;
  for (let step = 0; step <= redirects; step++) {
    const { statusCode, headers, body } = await send(url);
    if (statusCode >= 200 && statusCode < 300) return { body: await wholeBody(body, headers, place, server), headers, url };
    await body.dump();
    const { location } = headers;
    if (statusCode < 300 || statusCode >= 400 || typeof location !== "string") throw failure(statusCode, headers, place, now);
    const to = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    if (to?.origin !== url.origin)
      throw new UserError(
        "http_redirect",
        `${place}: leads to another server${to === undefined ? "" : `, ${to.origin}`}; set http.url to it if that is right`,
      );
    url = to;
  }
  throw new UserError("http_redirect", `${place}: more than ${redirects} redirects`);
}

function failure(status: number, headers: Dispatcher.ResponseData["headers"], place: string, now: () => Date): Error {
  if (status === 408 || status === 429 || status >= 500) {
    const wait = retryAfterSeconds(String(headers["retry-after"] ?? ""), now());
    return new Passing(`status ${status}${wait > 0 ? `, to be asked again after ${wait} s` : ""}`, wait);
  }
  if (status === 401 || status === 403)
    return new UserError("http_denied", `${place}: status ${status}; check token_env, token_file or tls`);
  return new UserError("http_refused", `${place}: status ${status}`);
}

/** What a Retry-After header asks for, in seconds: it holds seconds or a date (RFC 9110, 10.2.3); 0 when it says nothing. */
export function retryAfterSeconds(header: string, now: Date): number {
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}

/** The body, no larger than allowed. */
async function wholeBody(
  body: Dispatcher.ResponseData["body"],
  headers: Dispatcher.ResponseData["headers"],
  place: string,
  server: HttpServer,
): Promise<Uint8Array> {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw new UserError("http_reply", `${place}: is encoded as ${String(encoding)}, which was not asked for`);
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    throw new UserError(
      "http_reply",
      `${place}: says neither its length nor where it ends (Content-Length or chunks), so that a cut one looks whole`,
    );
  const most = server.max_page_mb * 2 ** 20;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > most)
      throw new UserError("http_reply", `${place}: is larger than max_page_mb ${server.max_page_mb}; ask for smaller pages`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An address without what its query says. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

function words(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? ((error.cause ?? {}) as NodeJS.ErrnoException).code;
  return `the connection failed (${code ?? error.name}${/certificate|identity|altname/i.test(error.message) ? `: ${error.message}` : ""})`;
}
