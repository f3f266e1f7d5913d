import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../src/training/random.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { listedFamilies } from "./support/listed-families.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let api: TestApi;
let known: string[];
let port: number;

beforeAll(async () => {
  const listed = await listedFamilies(root);
  const key = keyOf(admin).authorization;
  const authenticate = async (request: { headers: { authorization?: string | undefined } }) =>
    request.headers.authorization === key ? admin : null;
  api = await testApi(listed.data, { now: () => new Date("2026-10-02T00:00:00Z"), authenticate });
  const lists = await api.app.inject({ url: "/v1/lists", headers: keyOf(admin) });
  known = [listed.id, pseudonym("poor"), ...(lists.json() as { items: { list_id: string }[] }).items.map((list) => list.list_id)];
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  port = (api.app.server.address() as { port: number }).port;
});
afterAll(() => api.close());

/** Methods and paths of all routes but the stream of events, which is meant not to end. */
const routes = () => api.app.rules.filter(({ url, method }) => !url.endsWith("/events") && method !== "HEAD");

const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "..",
    "%",
    "%00",
    "' or 1=1 --",
    "null",
    "-1",
    "1e308",
    "99999999999999999999",
    "٣",
    "🏠",
    "a".repeat(3000),
    "{}",
    "[]",
  ),
);
const names = ["area", "tier", "cursor", "limit", "lang", "state", "pipeline", "as_of", "__proto__", "constructor", "x"];
const types = [
  "application/json",
  "text/csv",
  "application/vnd.apache.arrow.stream",
  "text/html",
  "*/*",
  "application/xml;q=0.1, text/csv",
];

test("whatever is put into a route's path, query, headers or body, its reply is no fault of the server", async () => {
  const tried = new Map<string, number>();
  for (const { method, url } of routes()) {
    const asked = fc.record({
      params: fc.array(fc.oneof(fc.constantFrom(...known), oddText), { minLength: 3, maxLength: 3 }),
      query: fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(oddText, fc.constantFrom("75", "ru", "high", "50", ...known))), {
        maxLength: 4,
      }),
      accept: fc.constantFrom(...types),
      encoding: fc.constantFrom("identity", "gzip", "br", "gzip;q=0, *", "deflate"),
      tag: fc.option(fc.string({ unit: "grapheme-ascii", maxLength: 20 }), { nil: undefined }),
      body: fc.oneof(fc.json(), oddText, fc.constant(JSON.stringify({ pipeline: "nightly", as_of: "2026-10-01" }))),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ params, query, accept, encoding, tag, body }) => {
        let index = 0;
        const path = url.replaceAll(/:\w+|\*/g, () => encodeURIComponent(safely(params[index++ % 3] as string)));
        const words = query.map(([name, value]) => `${name}=${encodeURIComponent(safely(value))}`).join("&");
        const reply = await api.app.inject({
          method: method as "GET",
          url: `${path}?${words}`,
          headers: {
            ...keyOf(admin),
            accept,
            "accept-encoding": encoding,
            ...(tag === undefined ? {} : { "if-none-match": tag }),
            ...(method === "POST" ? { "content-type": "application/json" } : {}),
          },
          ...(method === "POST" ? { payload: body } : {}),
        });
        tried.set(url, (tried.get(url) ?? 0) + 1);
        expect(reply.statusCode, `${method} ${path}?${words}: ${reply.body.slice(0, 500)}`).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  }
  expect(tried.size).toBe(new Set(routes().map((route) => route.url)).size);
  expect(tried.size).toBeGreaterThan(12);
  console.info(`fuzz of routes: ${[...tried.values()].reduce((a, b) => a + b, 0)} requests over ${tried.size} paths`);
});

/** Lone surrogates cannot be written into a URL. */
const safely = (text: string) => text.replaceAll(/[\ud800-\udfff]/g, "�");

test("10,000 random and mutated requests over a socket: none is answered with a fault, none hangs, and memory does not grow", async () => {
  const key = keyOf(admin).authorization;
  const whole = [
    `GET /v1/lists HTTP/1.1\r\nHost: a\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`,
    `GET /v1/lists/${known[2]}/entries?limit=5&lang=kk HTTP/1.1\r\nHost: a\r\nAuthorization: ${key}\r\nAccept: text/csv\r\nConnection: close\r\n\r\n`,
    `GET /v1/households/${known[1]}/explanation HTTP/1.1\r\nHost: a\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`,
    `POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: ${key}\r\nContent-Type: application/json\r\nContent-Length: 46\r\nConnection: close\r\n\r\n{"pipeline":"nightly","as_of":"2026-10-01"}   `,
  ].map((text) => Buffer.from(text));
  const random = seededRandom(20_261_123);
  const next = () => Math.floor(random() * 2 ** 24);
  const statuses = new Map<number, number>();
  const send = async (count: number) => {
    for (let sent = 0; sent < count; sent += 50)
      for (const status of await Promise.all(Array.from({ length: 50 }, () => replyTo(mutated(whole, next)))))
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  await send(2_000);
  const before = heapUsed();
  await send(8_000);
  const grown = (heapUsed() - before) / 2 ** 20;
  const sum = [...statuses.values()].reduce((a, b) => a + b, 0);
  expect(sum).toBe(10_000);
  expect(api.logged.filter((line) => Number(line.status) >= 500)).toEqual([]);
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(1_000);
  expect(grown).toBeLessThan(16);
  expect((await api.app.inject({ url: "/health/live" })).statusCode).toBe(200);
  const answers = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status === 0 ? "closed" : status}: ${count}`);
  console.info(`fuzz over a socket: ${sum} requests (${answers.join(", ")}); heap after the first 2,000 grown by ${grown.toFixed(1)} MB`);
});

/** A request that was cut, doubled, or has bytes changed, put in or taken out; one in eight is noise from beginning to end. */
function mutated(whole: readonly Buffer[], next: () => number): Buffer {
  if (next() % 8 === 0) return Buffer.from(Array.from({ length: next() % 300 }, () => next() % 256));
  let bytes = [...(whole[next() % whole.length] as Buffer)];
  for (let changes = next() % 4; changes >= 0; changes--) {
    const at = next() % Math.max(1, bytes.length);
    const kind = next() % 6;
    if (kind === 0) bytes[at] = next() % 256;
    else if (kind === 1) bytes.splice(at, 0, next() % 256);
    else if (kind === 2) bytes.splice(at, 1 + (next() % 5));
    else if (kind === 3) bytes = bytes.slice(0, at);
    else if (kind === 4) bytes.splice(at, 0, ...bytes.slice(at, at + (next() % 200)));
  }
  return Buffer.from(bytes);
}

/** Sends bytes and then ends; the status of the first reply, 0 when the connection was closed without one. Ten seconds without an end are a hang. */
function replyTo(bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    let heard = "";
    const timer = setTimeout(() => reject(new Error(`no end after ten seconds: ${JSON.stringify(bytes.toString("latin1"))}`)), 10_000);
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0));
    };
    socket.on("data", (chunk) => {
      if (heard.length < 20) heard += chunk.toString("latin1", 0, 20);
    });
    socket.on("close", done);
    socket.on("error", done);
  });
}

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
