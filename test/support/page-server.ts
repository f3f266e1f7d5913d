import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { Socket } from "node:net";

/** Does something else than answering; `answer` answers after all. */
export type Misbehave = (request: IncomingMessage, response: ServerResponse, answer: () => void) => void;

export interface PageServer {
  url: string;
  /** Query and headers of each request, in order. */
  requests: { query: Record<string, string>; path: string; authorization: string | undefined; encoding: string | undefined }[];
  /** How many connections are open. */
  open(): number;
  /** What happens to the requests to come, first to last; after them all is well. */
  faults: Misbehave[];
  stop(): Promise<void>;
}

/** A server on a free port that answers with what `reply` makes of a query, JSON unless that is text. */
export async function startPages(
  reply: (query: Record<string, string>, response: ServerResponse, path: string) => unknown,
  secure?: ServerOptions,
): Promise<PageServer> {
  const requests: PageServer["requests"] = [];
  const faults: Misbehave[] = [];
  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const query = Object.fromEntries(url.searchParams);
    requests.push({
      query,
      path: url.pathname,
      authorization: request.headers.authorization,
      encoding: request.headers["accept-encoding"]?.toString(),
    });
    const answer = () => {
      const content = reply(query, response, url.pathname);
      const body = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
      response.setHeader("content-length", body.length);
      response.end(body);
    };
    const fault = faults.shift();
    if (fault === undefined) answer();
    else fault(request, response, answer);
  };
  const server = secure === undefined ? createServer(listener) : createSecureServer(secure, listener);
  // Also those that end while they still agree on keys, which are no connections of HTTP yet.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `${secure === undefined ? "http" : "https"}://127.0.0.1:${port}/v1/`,
    requests,
    open: () => sockets.size,
    faults,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Answers with a status and headers alone. */
export function status(code: number, headers: Record<string, string> | (() => Record<string, string>) = {}): Misbehave {
  return (_, response) => {
    response.writeHead(code, typeof headers === "function" ? headers() : headers);
    response.end("Иванов 970101300123");
  };
}

/** Answers with a text of one's own. */
export function saying(text: string | Uint8Array, headers: Record<string, string> = {}): Misbehave {
  return (_, response) => {
    response.writeHead(200, { "content-length": String(Buffer.byteLength(text)), ...headers });
    response.end(text);
  };
}

/** Cuts the connection, before the reply or within it. */
export function cut(within: "header" | "length" | "chunks"): Misbehave {
  return (request, response) => {
    if (within === "length") response.writeHead(200, { "content-length": "1000" });
    if (within !== "header") response.write('{"data": {"items": [');
    setTimeout(() => request.socket.destroy(), 20);
  };
}

/** Never ends: no reply, or a part of one. */
export function hang(part = ""): Misbehave {
  return (_, response) => {
    if (part !== "") response.write(part);
  };
}
