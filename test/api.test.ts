import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Entitlements } from "../src/api/entitlement-schemas.ts";
import * as lists from "../src/api/list-schemas.ts";
import * as models from "../src/api/model-schemas.ts";
import { Need } from "../src/api/need-schema.ts";
import { pageCache } from "../src/api/page-cache.ts";
import * as registers from "../src/api/register-schemas.ts";
import { representationFor } from "../src/api/representations.ts";
import * as runs from "../src/api/run-schemas.ts";
import * as shared from "../src/api/schemas.ts";
import { UserError } from "../src/domain/errors.ts";
import type { Principal } from "../src/domain/principal.ts";
import { exportColumns } from "../src/lists/export-columns.ts";
import { type LedgerEvent, record } from "../src/runs/ledger.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { listedFamilies } from "./support/listed-families.ts";
import type { ListedRun } from "./support/listed-run.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const schemas = { ...lists, ...models, ...registers, ...runs, ...shared };

const root = temporaryDirectory(afterAll);
const now = () => new Date("2026-10-02T00:00:00Z");
const worker: Principal = { id: "worker-61", role: "social_worker", areas: ["61"] };
let listed: ListedRun;
let api: TestApi;
let country: string;

beforeAll(async () => {
  listed = await listedFamilies(root);
  writeFileSync(join(listed.runDirectory, "manifest.json"), JSON.stringify(listed.manifest));
  country = (JSON.parse(readFileSync(join(listed.runDirectory, "publish", "manifest.json"), "utf8")) as { lists: Record<string, string> })
    .lists[""] as string;
  api = await testApi(listed.data, { now });
});
afterAll(() => api.close());

async function get(
  url: string,
  { as = admin, headers = {}, of = api }: { as?: Principal; headers?: Record<string, string>; of?: TestApi } = {},
) {
  return of.app.inject({ method: "GET", url, headers: { ...keyOf(as), ...headers } });
}
/** The status of a request whose target is sent as it stands, over a socket. */
async function rawStatus(path: string, as: Principal): Promise<number | undefined> {
  if (!api.app.server.listening) await api.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = api.app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, headers: keyOf(as), agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    })
      .once("error", reject)
      .end();
  });
}
const entriesOf = async (query: string, as = admin) =>
  schemas.EntriesPage.parse((await get(`/v1/lists/${country}/entries${query}`, { as })).json());
const freshIncome = {
  table_name: "income",
  source: "register",
  region_code: "750000000",
  newest_recorded_at: "2026-10-02T04:00:00",
  newest_period: null,
  row_count: 1,
};
const ids = (...names: string[]) => names.map(pseudonym);

describe("answers", () => {
  test("have the form that the documentation says", async () => {
    const forms = [
      ["/v1/lists", schemas.Lists],
      [`/v1/lists/${country}`, schemas.ListHead],
      [`/v1/lists/${country}/entries`, schemas.EntriesPage],
      [`/v1/households/${pseudonym("slipping")}/explanation`, schemas.Explanation],
      [`/v1/households/${pseudonym("slipping")}/need`, Need],
      [`/v1/households/${pseudonym("slipping")}/entitlements`, Entitlements],
      ["/v1/areas", schemas.Areas],
      ["/v1/aggregates", schemas.Aggregates],
      ["/v1/runs", schemas.Runs],
      [`/v1/runs/${listed.id}`, schemas.Run],
      ["/v1/sources", schemas.Registers],
      ["/v1/features", schemas.Features],
      ["/v1/rules", schemas.Rules],
      ["/v1/models", schemas.Models],
    ] as const;
    for (const [url, form] of forms) {
      const reply = await get(url);
      expect(reply.statusCode, `${url}: ${reply.body.slice(0, 300)}`).toBe(200);
      expect(form.safeParse(reply.json()).error?.message, url).toBeUndefined();
    }
  });

  test("say what is wrong with a question, and whose fault it is", async () => {
    const told = async (url: string) => (await get(url)).json() as { status: number; detail: string };
    expect(await told("/v1/areas?place=61")).toMatchObject({ status: 400, detail: 'querystring: Unrecognized key: "place"' });
    expect((await told("/v1/areas?limit=0")).detail).toContain("querystring: limit: Too small");
    const before = new UserError("no_policy", "no policy is in force on 1990-01-01; the first begins on 2022-01-01");
    const early = await testApi(listed.data, { now, runRequests: { request: () => Promise.reject(before), depth: async () => ({}) } });
    const asked = await early.app.inject({
      method: "POST",
      url: "/v1/runs",
      headers: keyOf(admin),
      payload: { pipeline: "nightly", as_of: "1990-01-01" },
    });
    expect(asked.json()).toMatchObject({ status: 400, detail: before.message });
    await early.close();
  });

  test("of counts name no number of one to four households, on the list or known", async () => {
    const { districts } = (await get("/v1/aggregates")).json() as { districts: { households: number | null }[] };
    expect(districts.length).toBeGreaterThan(1);
    for (const district of districts) expect(JSON.stringify(district)).not.toMatch(/:[1-4][,}]/);
    expect(districts.map(({ households }) => households)).toContain(null);
  });

  test("of families stay in no cache; a page of a list is asked for again", async () => {
    const cached = async (url: string) => (await get(url)).headers["cache-control"];
    for (const url of [
      "/v1/lists",
      `/v1/lists/${country}`,
      `/v1/households/${pseudonym("slipping")}/need`,
      "/v1/recipients",
      "/v1/nowhere",
    ])
      expect(await cached(url), url).toBe("no-store");
    expect(await cached(`/v1/lists/${country}/entries`)).toBe("private, no-cache");
  });

  test("OpenAPI 3.1 names every route under /v1", async () => {
    const document = (await get("/docs/json")).json() as { openapi: string; paths: Record<string, object> };
    expect(document.openapi).toBe("3.1.0");
    const registered = new Set(api.app.rules.filter(({ url }) => url.startsWith("/v1")).map(({ url }) => url.replace(/:(\w+)/g, "{$1}")));
    expect(registered.size).toBeGreaterThan(10);
    for (const path of registered) expect(document.paths, path).toHaveProperty([path]);
  });
});

describe("a list", () => {
  test("asked for without an area is cut to the principal's own, and ranks count there", async () => {
    const page = await entriesOf("", worker);
    expect(page.areas).toEqual(["61"]);
    expect(page.entries.map(({ rank, household_id }) => [rank, household_id])).toEqual([
      [1, pseudonym("far")],
      [2, pseudonym("warned")],
    ]);
    expect(page).toMatchObject({ listed: 2, matching: 2, households: 2 });
    expect((await entriesOf("")).entries.map((entry) => entry.household_id)).toEqual(ids("poor", "slipping", "far", "warned", "dark"));
    const both = await entriesOf("", { ...worker, areas: ["6120", "75"] });
    expect(both.entries).toHaveLength(5);
  });

  test("comes in pages that leave nothing out and repeat nothing, whatever their size", async () => {
    const whole = (await entriesOf("")).entries;
    for (const limit of [1, 2, 3, 5, 500]) {
      const walked = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof entriesOf>> = await entriesOf(`?limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`);
        walked.push(...page.entries);
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        cursor = page.next_cursor;
      }
      expect(walked).toEqual(whole);
    }
    const byTier = await entriesOf("?tier=high&limit=2");
    const rest = await entriesOf(`?tier=high&limit=2&cursor=${byTier.next_cursor}`);
    expect([...byTier.entries, ...rest.entries].map(({ rank }) => rank)).toEqual([1, 2, 3]);
  });

  test("refuses a cursor that was changed, or is of another question", async () => {
    const cursor = (await entriesOf("?limit=1")).next_cursor as string;
    const refused = [
      `cursor=${cursor.slice(0, -2)}AA`,
      `cursor=${Buffer.from("0000000000000000" + "3").toString("base64url")}`,
      `cursor=${cursor}&tier=high`,
      `cursor=${cursor}&area=75`,
      "cursor=%00",
      "cursor=",
    ];
    for (const query of refused) {
      const reply = await get(`/v1/lists/${country}/entries?limit=1&${query}`);
      expect([reply.statusCode, reply.headers["content-type"]], query).toEqual([400, "application/problem+json; charset=utf-8"]);
    }
  });

  test("is JSON, CSV or an Arrow stream by Accept, and nothing else", async () => {
    const url = `/v1/lists/${country}/entries?lang=en&limit=3`;
    const csv = await get(url, { headers: { accept: "text/csv" } });
    expect(csv.headers["content-type"]).toContain("text/csv");
    expect(csv.body.split("\r\n")[0]).toBe(exportColumns.map(({ name }) => name).join(","));
    const arrow = tableFromIPC((await get(url, { headers: { accept: "application/vnd.apache.arrow.stream" } })).rawPayload);
    expect(arrow.schema.metadata.get("purpose")).toBe("outreach");
    expect(arrow.toArray().map((row) => row.household_id)).toEqual(ids("poor", "slipping", "far"));
    expect(csv.headers.link).toMatch(/^<\/v1\/lists\/\w+\/entries\?.*cursor=.*>; rel="next"$/);
    expect((await get(url, { headers: { accept: "application/pdf" } })).statusCode).toBe(406);
  });

  test.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["text/csv", "csv"],
    ["text/*", "csv"],
    ["application/json;q=0.5, text/csv;q=0.9", "csv"],
    ["application/json, text/csv;q=0", "json"],
    ["*/*;q=0.1, application/vnd.apache.arrow.stream", "arrow"],
    ["application/json;q=0", undefined],
    ["image/png", undefined],
  ])("Accept %j means %s", (accept, form) => {
    expect(representationFor(accept)).toBe(form);
  });

  test("is compressed as the client takes it", async () => {
    const url = `/v1/lists/${country}/entries`;
    const plain = (await get(url)).body;
    for (const times of [1, 2]) {
      const gzip = await get(url, { headers: { "accept-encoding": "gzip" } });
      expect([gzip.headers["content-encoding"], gunzipSync(gzip.rawPayload).toString()], `${times}`).toEqual(["gzip", plain]);
      const brotli = await get(url, { headers: { "accept-encoding": "gzip, br" } });
      expect([brotli.headers["content-encoding"], brotliDecompressSync(brotli.rawPayload).toString()]).toEqual(["br", plain]);
    }
  });

  test("has a tag by which it is not sent again, one for each question, language, form and scope", async () => {
    const url = `/v1/lists/${country}/entries`;
    const tags = await Promise.all([
      ...["", "?limit=2", "?tier=high", "?lang=kk", "?area=75"].map((query) => get(`${url}${query}`)),
      get(url, { headers: { accept: "text/csv" } }),
      get(url, { as: worker }),
    ]).then((replies) => replies.map(({ headers }) => headers.etag as string));
    expect(new Set(tags).size).toBe(tags.length);
    const again = await get(url, { headers: { "if-none-match": tags[0] as string } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    for (const named of ["*", `"other", ${tags[0]!.replace("W/", "")}`])
      expect((await get(url, { headers: { "if-none-match": named } })).statusCode, named).toBe(304);
    expect((await get(url, { headers: { "if-none-match": tags[1] as string } })).statusCode).toBe(200);
    expect((await get(url, { as: { ...worker, areas: [] }, headers: { "if-none-match": tags[0] as string } })).statusCode).toBe(403);
  });

  test("from the cache is the same as read", async () => {
    const cold = await testApi(listed.data, { now, cache: pageCache(1) });
    const url = `/v1/lists/${country}/entries?lang=kk`;
    const [read, kept, repeated] = [await get(url, { of: cold }), await get(url), await get(url)];
    await cold.close();
    expect([kept.body, repeated.body]).toEqual([read.body, read.body]);
    expect(repeated.headers["content-type"]).toBe(read.headers["content-type"]);
  });
});

describe("the cache", () => {
  test("never holds more bytes than it may; what was used last stays longest", () => {
    const cache = pageCache(80);
    const of = (bytes: number) => ({ body: Buffer.alloc(bytes), headers: {} });
    for (const key of "abcdefgh") cache.offer(key, of(10), true);
    expect(cache.size()).toBe(80);
    cache.get("a");
    cache.offer("i", of(10), true);
    expect([cache.get("a") !== undefined, cache.get("b"), cache.size()]).toEqual([true, undefined, 80]);
    cache.offer("large", of(11), true);
    expect(cache.get("large")).toBeUndefined();
    cache.offer("i", of(4), true);
    expect(cache.size()).toBe(74);
  });

  test("keeps what was easy to make from the second time on, and a copy of it: the body's own memory is used again", () => {
    const cache = pageCache(8000);
    const body = Buffer.from("page");
    cache.offer("page", { body, headers: {} }, false);
    expect(cache.get("page")).toBeUndefined();
    cache.offer("page", { body, headers: {} }, false);
    body.fill(0);
    expect(cache.get("page")?.body.toString()).toBe("page");
  });
});

describe("a household", () => {
  test("is explained to the last part; what the parts add up to is the score", async () => {
    const { score, conditions, reasons } = schemas.Explanation.parse(
      (await get(`/v1/households/${pseudonym("slipping")}/explanation?lang=en`)).json(),
    );
    expect(reasons.length).toBeGreaterThanOrEqual(3);
    expect(conditions.length).toBeGreaterThan(15);
    const sum = score?.contributions.reduce((total, each) => total + each.contribution, 0) as number;
    expect(score?.contributions).toHaveLength(1);
    expect((score?.base as number) + sum).toBeCloseTo(score?.margin as number, 9);
  });

  test("outside one's areas looks like one that is not there, and is noted as denied", async () => {
    const replies = [];
    for (const id of ids("poor", "nobody")) replies.push(await get(`/v1/households/${id}/explanation`, { as: worker }));
    const [outside, nowhere] = replies.map((reply) => {
      const { instance: _own, ...problem } = reply.json() as { instance: string };
      return [reply.statusCode, problem, Object.keys(reply.headers).sort()];
    });
    expect(outside).toEqual(nowhere);
    expect(outside?.[0]).toBe(404);
    const noted = api.audited.slice(-2).map(({ outcome, objects }) => [outcome, objects]);
    expect(noted).toEqual([
      ["denied", ids("poor")],
      ["failed", ids("nobody")],
    ]);
  });

  test("is told without its score once that has expired, and not at all when it stands on the score alone", async () => {
    const expired = await testApi(listed.data, { now });
    const { published } = expired.parts.sources;
    const frame = await published.withCurrent(async (run) => run.frame);
    (frame.meta as { valid_until: string }).valid_until = "2026-09-30";
    expect((await get(`/v1/households/${pseudonym("poor")}/explanation`, { of: expired })).json()).toMatchObject({ score: null });
    expect((await get(`/v1/households/${pseudonym("slipping")}/explanation`, { of: expired })).statusCode).toBe(404);
    const page = schemas.EntriesPage.parse((await get(`/v1/lists/${country}/entries`, { of: expired })).json());
    expect(page.entries.map((entry) => entry.household_id)).not.toContain(pseudonym("slipping"));
    await expired.close();
  });
});

describe("what goes wrong", () => {
  test("is a problem of RFC 9457 without a stack", async () => {
    const failing = await testApi(listed.data, {
      now,
      runRequests: { request: () => Promise.reject(new Error("secret inner words")), depth: async () => ({}) },
    });
    const replies = [
      await get("/v1/nothing"),
      await get("/v1/lists?limit=0"),
      await get("/v1/lists?unknown=1"),
      await get(`/v1/lists/${country}/entries?area=19`),
      await failing.app.inject({
        method: "POST",
        url: "/v1/runs",
        headers: keyOf(admin),
        payload: { pipeline: "nightly", as_of: "2026-10-01" },
      }),
      await failing.app.inject({
        method: "POST",
        url: "/v1/runs",
        headers: keyOf(admin),
        payload: { pipeline: "nightly", as_of: "2026-02-30" },
      }),
      await failing.app.inject({
        method: "POST",
        url: "/v1/runs",
        headers: { ...keyOf(admin), "content-type": "application/json" },
        payload: "{",
      }),
      await failing.app.inject({
        method: "POST",
        url: "/v1/runs",
        headers: keyOf(admin),
        payload: { pipeline: "x".repeat(20_000), as_of: "2026-10-01" },
      }),
    ];
    await failing.close();
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([404, 400, 400, 404, 500, 400, 400, 413]);
    for (const reply of replies) {
      expect(reply.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(schemas.Problem.parse(reply.json()).instance).toBe(`urn:aldyn:request:${reply.headers["x-request-id"]}`);
      expect(reply.body).not.toMatch(/secret|node_modules|\.ts:|at \w+ \(/);
    }
    expect(failing.logged.find(({ status }) => status === 500)).toMatchObject({ error: "Error: secret inner words" });
  });

  test("too many requests of one principal are refused with when to come again; others go on", async () => {
    const limited = await testApi(listed.data, { now, mostPerMinute: 3 });
    const statuses = [];
    for (let number = 0; number < 4; number++) statuses.push((await get("/v1/areas", { of: limited })).statusCode);
    const refused = await get("/v1/areas", { of: limited });
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect([refused.statusCode, refused.json().title, Number(refused.headers["retry-after"]) > 0]).toEqual([
      429,
      "Too many requests",
      true,
    ]);
    expect((await get("/v1/areas", { as: worker, of: limited })).statusCode).toBe(200);
    await limited.close();
  });

  test("without its record in the audit a reply is not given", async () => {
    const unaudited = await testApi(listed.data, { now, audit: { record: () => Promise.reject(new Error("disk full")) } });
    const reply = await get(`/v1/lists/${country}/entries`, { of: unaudited });
    expect([reply.statusCode, reply.json().title]).toEqual([503, "Not available now"]);
    expect(reply.body).not.toContain(pseudonym("poor"));
    expect((await get("/health/live", { of: unaudited })).statusCode).toBe(200);
    // A refusal, and a failure of the same store, are problems as well.
    expect((await get("/v1/runs", { of: unaudited, as: worker })).json()).toMatchObject({ status: 503, title: "Not available now" });
    await unaudited.close();
  });

  test("a service without its operations store is not ready, and says so", async () => {
    const away = () => Promise.reject(new Error("connect ECONNREFUSED"));
    const sources = { ...api.parts.sources, standings: away };
    const lost = await testApi(listed.data, { now, audit: { record: away }, authenticate: away, sources });
    const ready = await get("/health/ready", { of: lost });
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: "the operations store does not answer" }]);
    const reply = await get("/v1/lists", { of: lost });
    expect([reply.statusCode, reply.headers["content-type"]]).toEqual([503, "application/problem+json; charset=utf-8"]);
    expect(reply.json()).toMatchObject({ status: 503, title: "Not available now", detail: expect.stringContaining("audit") });
    await lost.close();
    expect((await get("/health/ready")).json()).toEqual({ status: "ready" });
  });
});

describe("audit and log", () => {
  test("the audit names route, principal, objects and outcome of every reply under /v1, refusals and failed logins too", async () => {
    const from = api.audited.length;
    await get(`/v1/lists/${country}/entries`, { as: worker });
    await get(`/v1/runs`, { as: worker });
    await api.app.inject({ method: "GET", url: "/v1/runs" });
    await get("/v1/elsewhere");
    await get("/health/live");
    expect(
      api.audited.slice(from).map(({ principal_id, action, objects, outcome, status }) => [principal_id, action, objects, outcome, status]),
    ).toEqual([
      ["worker-61", "GET /v1/lists/:id/entries", [country], "ok", 200],
      ["worker-61", "GET /v1/runs", [], "denied", 403],
      [null, "GET /v1/runs", [], "denied", 401],
      ["admin-1", "GET (no route)", [], "failed", 404],
    ]);
  });

  test("the audit has a reply however its address is written, and refusals of other routes", async () => {
    const from = api.audited.length;
    expect((await get("/%761/areas", { as: worker })).statusCode).toBe(200);
    expect(await rawStatus("http://anywhere/v1/areas", worker)).toBe(200);
    expect((await get("/metrics", { as: worker })).statusCode).toBe(403);
    expect((await api.app.inject({ method: "GET", url: "/metrics" })).statusCode).toBe(401);
    expect(api.audited.slice(from).map(({ principal_id, action, outcome }) => [principal_id, action, outcome])).toEqual([
      ["worker-61", "GET /v1/areas", "ok"],
      ["worker-61", "GET /v1/areas", "ok"],
      ["worker-61", "GET /metrics", "denied"],
      [null, "GET /metrics", "denied"],
    ]);
  });

  test("a line for each request names its route by pattern, and nobody", async () => {
    const from = api.logged.length;
    const household = pseudonym("poor");
    await get(`/v1/households/${household}/explanation?lang=en`);
    await get(`/v1/households/${household}/explanation?person=900101300123`);
    await get(`/v1/${household}?q=${household}`);
    await api.app.inject({
      method: "POST",
      url: "/v1/runs",
      headers: keyOf(worker),
      payload: { pipeline: household, as_of: "2026-10-01" },
    });
    const lines = api.logged.slice(from);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      principal_id: "admin-1",
      method: "GET",
      route: "/v1/households/:id/explanation",
      status: 200,
      msg: "request",
    });
    expect(Object.keys(lines[0] as object).sort()).toEqual(
      ["duration_ms", "level", "method", "msg", "principal_id", "request_id", "route", "status", "time"].sort(),
    );
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${household}|900101300123|lang=en`));
  });

  test("metrics tell requests by route, the queue, the run and its freshness", async () => {
    await get("/v1/areas");
    const { body } = await get("/metrics", { as: { id: "op", role: "operator", areas: [""] } });
    for (const line of [
      /aldyn_http_requests_total\{method="GET",route="\/v1\/areas",status="200"\} \d/,
      /aldyn_queue_jobs\{state="waiting"\} 2/,
      /aldyn_list_age_seconds 104400/, // since midnight in Almaty, five hours before UTC's
    ])
      expect(body).toMatch(line);
    expect(body).not.toContain(pseudonym("poor"));
  });

  test("metrics say how old a register's newest row is, which is written in local time", async () => {
    const registry = { tables: [], coverage: [], warnings: [], freshness: [freshIncome] };
    mkdirSync(join(listed.runDirectory, "check"), { recursive: true });
    writeFileSync(join(listed.runDirectory, "check", "registry.json"), JSON.stringify(registry));
    const { body } = await get("/metrics");
    rmSync(join(listed.runDirectory, "check"), { recursive: true });
    expect(body).toMatch(/aldyn_freshness_seconds\{source="register",table="income",region="750000000"\} 3600\n/);
  });

  test("metrics tell how the last run ended, also when it is not the one that is shown", async () => {
    const runs = dataDirectory(join(root, "runs of metrics"));
    const told = async () => {
      const api = await testApi(runs, { now });
      const { body } = await get("/metrics", { of: api });
      await api.close();
      return ["failed", "age_seconds"].map((name) => Number(new RegExp(`^aldyn_last_run_${name} (.*)$`, "m").exec(body)?.[1]));
    };
    const ends = (run: string, event: LedgerEvent["event"], secondsAgo: number) => {
      const directory = join(runs.runs, run.repeat(32));
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, "manifest.json"), JSON.stringify({ pipeline: "nightly", as_of: "2026-10-01", model: null }));
      record(directory, { at: new Date(now().getTime() - secondsAgo * 1000).toISOString(), event });
    };
    expect(await told()).toEqual([Number.NaN, Number.NaN]);
    ends("a", "run_finished", 300);
    expect(await told()).toEqual([0, 300]);
    ends("b", "run_failed", 200);
    expect(await told()).toEqual([1, 200]);
    ends("c", "run_started", 100);
    expect(await told()).toEqual([1, 200]);
    ends("a", "run_finished", 50);
    expect(await told()).toEqual([0, 50]);
  });

  test("metrics without a list say that nothing is known of it, not that it is new", async () => {
    const empty = await testApi(dataDirectory(join(root, "empty")), { now });
    const { statusCode, body } = await get("/metrics", { of: empty });
    expect(statusCode).toBe(200);
    for (const name of ["list_age_seconds", "run_seconds", "model_drifted_features", "model_fallback"])
      expect(body).toMatch(new RegExp(`aldyn_${name} Nan`));
    await empty.close();
  });
});
