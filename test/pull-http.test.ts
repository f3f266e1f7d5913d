import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { UserError } from "../src/domain/errors.ts";
import { retryAfterSeconds } from "../src/sources/pull/http-request.ts";
import { lastingKey, Spool } from "../src/sources/pull/spool.ts";
import { takeLock } from "../src/warehouse/file-lock.ts";
import { startOf } from "./support/command-line.ts";
import { inTime, until } from "./support/in-time.ts";
import { type Bench, load, newBench, read, writePlaces, writeSource } from "./support/ingest.ts";
import { cut, hang, type PageServer, saying, startPages, status } from "./support/page-server.ts";
import { incomeKnown, pulledContents } from "./support/pull.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const servers: PageServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const size = 10;
const people = Array.from({ length: 45 }, (_, n) => ({
  household_id: `FAM-${1000 + n}`,
  person_id: `9701013${String(n).padStart(5, "0")}`,
  month: "2025-01-01",
  kind: "wage",
  amount_lcu: 100_000 + n,
  recorded_at: "2025-02-05",
}));
const pageFrom = (at: number) => people.slice(at, at + size);
const nextAfter = (at: number) => (at + size < people.length ? at + size : null);

/** `{data: {items, next}}` by cursor. */
const byCursor = ({ after = "0" }: Record<string, string>) => ({
  data: { items: pageFrom(Number(after)), next: nextAfter(Number(after)) },
});
const cursorPaging = { rows: "data.items", paging: { by: "cursor", parameter: "after", field: "data.next" } };

async function serve(...words: Parameters<typeof startPages>): Promise<PageServer> {
  const server = await startPages(...words);
  servers.push(server);
  return server;
}

/** A source that asks the server for incomes, impatiently. */
function source(bench: Bench, url: string, table: object = cursorPaging, server: object = {}): string {
  return writeSource(bench, "incomes", {
    http: { url, retry_delay_seconds: 0.001, timeout_seconds: 0.5, attempts: 3, ...server },
    tables: [{ table: "income", http: { path: "incomes", ...table } }],
  });
}

const cursors = (server: PageServer) => server.requests.map(({ query }) => query.after ?? "first");
const everyCursor = ["first", "10", "20", "30", "40"];

const spoolsOf = (bench: Bench) => readdirSync(bench.data.spool).filter((file) => !file.includes("lock"));

async function expectAll(bench: Bench): Promise<void> {
  expect(await read(bench, "select count(*)::integer as n, sum(amount_lcu)::bigint as total from income")).toEqual([
    { n: 45, total: 45 * 100_000 + (44 * 45) / 2 },
  ]);
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = (await inTime(
    work.then(
      () => undefined,
      (cause: Error) => cause,
    ),
  )) as Error;
  expect(error).toBeInstanceOf(Error);
  for (const told of [error.message, error.stack, JSON.stringify(error)]) expect(told).not.toMatch(/Иванов|970101|FAM-|hush/);
  return error.message;
}

describe("pages", () => {
  const lines = (query: Record<string, string>) =>
    pageFrom(Number(query.after ?? 0))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join("");
  test.each([
    ["a cursor in the reply", cursorPaging, byCursor],
    [
      "a cursor in the reply that is empty at the end",
      cursorPaging,
      (query: Record<string, string>) => {
        const { data } = byCursor(query);
        return { data: { ...data, next: data.next ?? "" } };
      },
    ],
    [
      "a cursor in a header, lines of JSON",
      { format: "ndjson", paging: { by: "cursor", parameter: "after", header: "X-Next" } },
      (query: Record<string, string>, response: { setHeader(name: string, value: string): void }) => {
        response.setHeader("x-next", String(nextAfter(Number(query.after ?? 0)) ?? ""));
        return lines(query);
      },
    ],
    [
      "links in the header Link, lines of JSON",
      { format: "ndjson", paging: { by: "link" } },
      (query: Record<string, string>, response: { setHeader(name: string, value: string): void }) => {
        const next = nextAfter(Number(query.after ?? 0));
        response.setHeader(
          "link",
          `<?after=0>; rel="first", ${next === null ? "" : `</v1/incomes?after=${next}>; title="a, b"; rel="next"`}`,
        );
        return lines(query);
      },
    ],
    [
      "links in the reply",
      { rows: "items", paging: { by: "link", field: "links.next" } },
      ({ after = "0" }: Record<string, string>) => {
        const next = nextAfter(Number(after));
        return { items: pageFrom(Number(after)), links: { next: next === null ? null : `incomes?after=${next}` } };
      },
    ],
    [
      "numbers of pages, until one is empty",
      { paging: { by: "page", parameter: "page", first: 0 } },
      ({ page }: Record<string, string>) => pageFrom(Number(page) * size),
    ],
  ])("by %s bring every row once; pulled again, nothing changes", async (_, table, reply) => {
    const bench = newBench(root);
    const server = await serve(reply as never);
    expect((await load(bench, source(bench, server.url, table)))[0]).toMatchObject({
      rows_read: 45,
      rows_accepted: 45,
      rows_quarantined: 0,
    });
    await expectAll(bench);
    const asked = server.requests.length;
    expect((await load(bench, source(bench, server.url, table)))[0]).toMatchObject({ already_loaded: true, load_id: 1 });
    expect(server.requests.length).toBe(2 * asked);
    expect(spoolsOf(bench)).toEqual([]);
    // A connection that is left to itself stays for some seconds.
    await until("the connection is closed", () => server.open() === 0, 1);
  });

  test("one page of a plain list; query parameters and the bearer token go along", async () => {
    const bench = newBench(root);
    const server = await serve(() => people);
    writeFileSync(join(bench.directory, "token"), "hush-of-file\n");
    const table = { query: { limit: "1000", since: "ә" } };
    await load(bench, source(bench, server.url, table, { token_file: "token" }));
    await load(bench, source(bench, server.url, table, { token_env: "TOKEN" }), { environment: { TOKEN: "hush-of-variable" } });
    expect(server.requests.map(({ path, query, authorization, encoding }) => [path, query, authorization, encoding])).toEqual([
      ["/v1/incomes", { limit: "1000", since: "ә" }, "Bearer hush-of-file", "identity"],
      ["/v1/incomes", { limit: "1000", since: "ә" }, "Bearer hush-of-variable", "identity"],
    ]);
    expect(await failure(load(bench, source(bench, server.url, table, { token_env: "TOKEN" })))).toContain(
      "http.token_env: TOKEN is not set",
    );
  });

  test("a page sent once more under a cursor of its own adds nothing", async () => {
    const bench = newBench(root);
    const server = await serve(({ after = "0" }) => {
      const at = Number(after.replace("again", ""));
      return { data: { items: pageFrom(at), next: at === 20 && !after.includes("again") ? "20again" : nextAfter(at) } };
    });
    expect((await load(bench, source(bench, server.url)))[0]).toMatchObject({ rows_read: 55, rows_accepted: 45, rows_unchanged: 10 });
    await expectAll(bench);
  });

  test("a server without rows is an empty load where the columns are said, and an error where they are not", async () => {
    const bench = newBench(root);
    const server = await serve(() => []);
    expect(await failure(load(bench, source(bench, server.url, {})))).toContain("sent no rows; say under http.columns what columns");
    expect(spoolsOf(bench)).toEqual([]);
    const columns = Object.keys(people[0] as object);
    expect((await load(bench, source(bench, server.url, { columns })))[0]).toMatchObject({ rows_read: 0, already_loaded: false });
  });

  test("columns that differ in case alone are refused: the warehouse takes them for one", async () => {
    const bench = newBench(root);
    const server = await serve(() => [{ ...people[0], Kind: "wage" }]);
    expect(await failure(load(bench, source(bench, server.url, {})))).toContain("has the column kind twice");
    expect(spoolsOf(bench)).toEqual([]);
  });

  test("values of any kind arrive as text, lists and maps as JSON; columns that some rows lack are unknown there", async () => {
    const bench = newBench(root);
    const rows = [
      { person_id: "000101100009", attached: true, told: "2026-01-01", last: null },
      { person_id: "000101100010", told: "2026-01-01", insured: false, extra: { deep: [1] } },
    ];
    const server = await serve(() => rows);
    const columns = {
      attached_to_clinic: "attached",
      last_checkup_on: "last",
      dispensary: "case when extra = '{\"deep\":[1]}' then true end",
    };
    const table = { table: "health", http: { path: "health", columns: ["chronic"] }, columns, recorded_at: "told" };
    await load(bench, writeSource(bench, "clinics", { http: { url: server.url }, tables: [table] }));
    expect(
      await read(bench, "select attached_to_clinic, insured, last_checkup_on, dispensary, chronic from health order by attached_to_clinic"),
    ).toEqual([
      { attached_to_clinic: true, insured: null, last_checkup_on: null, dispensary: null, chronic: null },
      { attached_to_clinic: null, insured: false, last_checkup_on: null, dispensary: true, chronic: null },
    ]);
  });
});

describe("a fault that passes is lived through, and no page is asked for without need", () => {
  test.each([
    ["429", status(429)],
    ["503", status(503)],
    ["500", status(500)],
    ["408", status(408)],
    ["no reply", hang()],
    ["half a reply", hang('{"data":')],
    ["a connection cut before the reply", cut("header")],
    ["a reply cut within its length", cut("length")],
    ["a reply cut within its chunks", cut("chunks")],
  ])("%s", async (_, fault) => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good: typeof fault = (_request, _response, answer) => answer();
    server.faults.push(good, fault, fault, good, fault);
    expect(await inTime(load(bench, source(bench, server.url)))).not.toBe("still waiting");
    await expectAll(bench);
    expect(cursors(server)).toEqual(["first", "10", "10", "10", "20", "20", "30", "40"]);
  });

  test("a failed reply is read to its end, so that one connection does for all attempts", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const open: number[] = [];
    server.faults.push(
      ...[1, 2, 3].map((): Parameters<typeof server.faults.push>[0] => (_, response) => {
        open.push(server.open());
        response.writeHead(503).end("x".repeat(100_000));
      }),
    );
    await load(bench, source(bench, server.url, cursorPaging, { attempts: 4, timeout_seconds: 60 }));
    expect(open).toEqual([1, 1, 1]);
  });

  test.each([
    ["seconds", () => "1", 990],
    ["a date", () => new Date(Date.now() + 2500).toUTCString(), 1400],
  ])("Retry-After in %s is kept", async (_, header, atLeast) => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const asked: number[] = [];
    server.faults.push(
      (request, response, answer) => {
        asked.push(performance.now());
        status(429, () => ({ "retry-after": header() }))(request, response, answer);
      },
      (_request, _response, answer) => {
        asked.push(performance.now());
        answer();
      },
    );
    await load(bench, source(bench, server.url), { now: () => new Date() });
    await expectAll(bench);
    expect((asked[1] as number) - (asked[0] as number)).toBeGreaterThan(atLeast);
  });

  test("each wait is twice the one before, by chance as much again at most, and never longer than a minute", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    server.faults.push(...Array.from({ length: 5 }, () => status(503)));
    const waits: number[] = [];
    const { setTimeout: wait } = globalThis;
    const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms = 0, ...words: []) => {
      const isRetry = /p-retry/.test(new Error("who waits").stack ?? "");
      if (isRetry) waits.push(ms);
      return wait(work, isRetry ? 0 : ms, ...words);
    }) as typeof setTimeout);
    onTestFinished(() => spy.mockRestore());
    await load(bench, source(bench, server.url, cursorPaging, { attempts: 6, retry_delay_seconds: 10 }));
    expect(waits).toHaveLength(5);
    for (const [nth, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(Math.min(60_000, 10_000 * 2 ** nth));
      expect(ms).toBeLessThanOrEqual(Math.min(60_000, 20_000 * 2 ** nth));
    }
    expect(waits.slice(0, 3)).not.toEqual([10_000, 20_000, 40_000]);
  });

  test("the last attempt is not waited after, whatever it asks for", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    server.faults.push(status(503), status(429, { "retry-after": "3600" }));
    expect(await failure(load(bench, source(bench, server.url, cursorPaging, { attempts: 2 })))).toContain("after 3600 s (2 attempts)");
  });

  test("a page may take as long as timeout_seconds says, to connect too, though the server is silent for a long while", async () => {
    // The client's own limits go by a clock of its own, which it lets tests put forward.
    const { tick } = createRequire(import.meta.url)("undici/lib/util/timers.js") as { tick(milliseconds: number): void };
    const silence = () => {
      // Its limits count from the first tick on.
      for (const milliseconds of [1000, 600_000]) tick(milliseconds);
    };
    const patient = { timeout_seconds: 3600, attempts: 1 };
    const bench = newBench(root);
    const server = await serve(() => people);
    let answer: (() => void) | undefined;
    server.faults.push((_request, _response, say) => {
      answer = say;
    });
    const loading = load(bench, source(bench, server.url, {}, patient));
    await until("it has asked", () => answer !== undefined);
    silence();
    answer?.();
    expect((await loading)[0]).toMatchObject({ rows_accepted: 45 });

    const mute = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void mute.close());
    await once(mute, "listening");
    const connected = once(mute, "connection");
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const waiting = load(bench, source(bench, url, {}, patient)).catch((error) => error);
    const [socket] = (await connected) as [Socket];
    silence();
    expect(await inTime(waiting, 0.2)).toBe("still waiting");
    socket.destroy();
    expect(await inTime(waiting)).toMatchObject({ code: "http_failed" });
  });

  test("Retry-After is read as seconds or as a date", () => {
    const now = new Date("2026-10-01T00:00:00Z");
    expect(
      ["120", "Thu, 01 Oct 2026 00:01:00 GMT", "Wed, 30 Sep 2026 00:00:00 GMT", "soon", ""].map((each) => retryAfterSeconds(each, now)),
    ).toEqual([120, 60, 0, 0, 0]);
  });

  test("a server that asks for more patience than there is, or fails too often, is told; what came stays for the next attempt", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    server.faults.push(good, good, status(429, { "retry-after": "3600" }));
    const told = await failure(load(bench, source(bench, server.url, cursorPaging, { max_wait_seconds: 60 })));
    expect(told).toMatch(
      /page 3 of http:\/\/127.0.0.1:\d+\/v1\/incomes\?…: status 429, to be asked again after 3600 s, more than max_wait_seconds 60/,
    );
    server.faults.push(status(500), status(500), status(500));
    expect(await failure(load(bench, source(bench, server.url)))).toContain("page 3");
    expect(cursors(server)).toEqual(["first", "10", "20", "20", "20", "20"]);
    await load(bench, source(bench, server.url));
    await expectAll(bench);
    expect(cursors(server).slice(6)).toEqual(["20", "30", "40"]);
  });
});

describe("a fault that does not pass is told with page, path and what was expected, and asked for once", () => {
  const row = JSON.stringify(people[0]);
  test.each([
    ["another 4xx", status(404), "page 2 of http://127.0.0.1", "status 404"],
    ["no token", status(401), "status 401; check token_env, token_file or tls"],
    ["no JSON", saying('{"data": {"items": [{"person_id": "970101300123" Иванов'), "page 2", "is no JSON"],
    ["words in place of JSON", saying("Иванов 970101300123"), "is no JSON"],
    ["an empty reply", saying(""), "is no JSON"],
    ["no list of rows", saying('{"data": {"itmes": []}}'), "data.items: expected a list of rows, found nothing"],
    ["a map in place of the list", saying('{"data": {"items": {"a": 1}}}'), "data.items: expected a list of rows, found a map"],
    [
      "a row that is none",
      saying(`{"data": {"items": [${row}, "Иванов"]}}`),
      "data.items.1: expected a map of names and values, found a text",
    ],
    [
      "a cursor of another kind",
      saying(`{"data": {"items": [${row}], "next": {"a": 1}}}`),
      "data.next: expected a text, a whole number or null",
    ],
    [
      "a number too long",
      saying(`{"data": {"items": [{"person_id": 97010130012312345678}]}}`),
      "data.items.0.person_id: is a number too long",
    ],
    ["bytes that are no text", saying(new Uint8Array([0x22, 0xff, 0x22])), "is no text in UTF-8"],
    ["a page that is compressed", saying("x", { "content-encoding": "br" }), "is encoded as br"],
    ["a page too large", saying(`"${"x".repeat(20_000)}"`), "is larger than max_page_mb 0.01"],
    ["a cursor that came before", saying(`{"data": {"items": [${row}], "next": "10"}}`), "points to a page that was read before"],
    [
      "a way to another server",
      status(302, { location: "http://example.invalid/v1?token=hush" }),
      "leads to another server, http://example.invalid",
    ],
    ["a way that never ends", status(302, { location: "/v1/incomes?after=10&again=1" }), "more than 5 redirects"],
  ])("%s", async (name, fault, ...words) => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good: typeof fault = (_request, _response, answer) => answer();
    server.faults.push(good, ...Array.from({ length: name.includes("never ends") ? 6 : 1 }, () => fault));
    const told = await failure(load(bench, source(bench, server.url, cursorPaging, { max_page_mb: 0.01 })));
    expect(told).toContain("incomes.yaml: http: page 2 of ");
    for (const word of words) expect(told).toContain(word);
    expect(server.requests.length).toBe(name.includes("never ends") ? 7 : 2);
  });

  test("a first page that is refused is asked for once", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    server.faults.push(status(404));
    expect(await failure(load(bench, source(bench, server.url)))).toContain("page 1");
    expect(cursors(server)).toEqual(["first"]);
  });

  test("a reply without a length is refused: where it was cut would not be seen", async () => {
    const bench = newBench(root);
    const server = await serve(() => "");
    server.faults.push((request) => request.socket.end(`HTTP/1.0 200 OK\r\n\r\n${JSON.stringify(people[0])}\n`));
    expect(await failure(load(bench, source(bench, server.url, { format: "ndjson" })))).toContain(
      "says neither its length nor where it ends",
    );
  });

  test("pages by number that are always the first are told", async () => {
    const bench = newBench(root);
    const server = await serve(() => people);
    const told = await failure(load(bench, source(bench, server.url, { paging: { by: "page", parameter: "seite" } })));
    expect(told).toContain("page 2 of");
    expect(told).toContain("does the server know the parameter seite?");
  });

  test("a link to another server is not followed, and the token stays here", async () => {
    const bench = newBench(root);
    const other = await serve(() => []);
    const server = await serve((_, response) => {
      response.setHeader("link", `<${other.url}>; rel=next`);
      return people;
    });
    const told = await failure(
      load(bench, source(bench, server.url, { paging: { by: "link" } }, { token_env: "TOKEN" }), { environment: { TOKEN: "hush" } }),
    );
    expect(told).toContain("its link to the next page leads to another server");
    expect(other.requests).toEqual([]);
  });

  test("a redirect within the server is followed", async () => {
    const bench = newBench(root);
    const server = await serve(() => people);
    server.faults.push(status(307, { location: "/v2/incomes" }));
    await load(bench, source(bench, server.url, {}));
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/incomes", "/v2/incomes"]);
  });

  test.each<[object, object, string]>([
    [{ url: "http://register.example/v1" }, {}, "is not encrypted: use https, or add insecure: true"],
    [{ url: "https://a@register.example" }, {}, "http.url holds a name, a password or a query"],
    [{ url: "https://:hush@register.example" }, {}, "http.url holds a name, a password or a query"],
    [{ url: "https://register.example/?token=hush" }, {}, "http.url holds a name, a password or a query"],
    [{ url: "https://register.example/#hush" }, {}, "http.url holds a name, a password or a query"],
    [{ tls: { cert_file: "a.pem" } }, {}, "http.tls needs both cert_file and key_file"],
    [{}, { path: "https://other.example/v1" }, "http.path leads away from https://register.example"],
    [{ url: "https://register.example/v1", token_env: "A", token_file: "b" }, {}, "one of token_env and token_file at most"],
    [{}, { paging: { by: "cursor", parameter: "after" } }, "needs one of field and header"],
    [{}, { paging: { by: "cursor", field: "next" } }, "by cursor needs a parameter"],
    [{}, { paging: { by: "page", parameter: "page", header: "next" } }, "by page has no header"],
    [{}, { paging: { by: "cursor", parameter: "after", field: "next", first: 0 } }, "by cursor has no first"],
    [{}, { format: "ndjson", paging: { by: "link", field: "next" } }, "ndjson has cursors in a header, or links"],
    [{}, { paging: { by: "page", parameter: "page", field: "next" } }, "by page has no field"],
    [{}, { paging: { by: "link", parameter: "page" } }, "by link has no parameter"],
    [{}, { format: "ndjson", rows: "data" }, "in ndjson each line is a row"],
  ])("a definition that cannot be is refused with its place: %j %j", async (server, table, words) => {
    const bench = newBench(root);
    expect(await failure(load(bench, source(bench, "https://register.example/v1", table, server)))).toContain(words);
  });
});

describe("a crash", () => {
  /** Loads in a process of its own. */
  function loadElsewhere(bench: Bench, file: string) {
    const words = [...startOf("test/support/killed-pull.ts"), bench.data.root, writePlaces(bench), file, "0"];
    return spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  }

  async function killedAtThirdPage(bench: Bench, server: PageServer, file: string): Promise<void> {
    const child = loadElsewhere(bench, file);
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    server.faults.push(good, good, () => child.kill("SIGKILL"));
    const [, signal] = await once(child, "close");
    expect(signal).toBe("SIGKILL");
    expect(cursors(server)).toEqual(["first", "10", "20"]);
  }

  test("killed within a page, the next pull goes on at the last cursor: no other page is asked for twice, and the warehouse is as undisturbed", async () => {
    const undisturbed = newBench(root);
    const bench = newBench(root);
    const server = await serve(byCursor);
    await load(undisturbed, source(undisturbed, server.url, cursorPaging, { timeout_seconds: 60 }));
    server.requests.length = 0;
    const file = source(bench, server.url, cursorPaging, { timeout_seconds: 60 });
    await killedAtThirdPage(bench, server, file);
    const left = readdirSync(bench.data.spool).map((each) => readFileSync(join(bench.data.spool, each)));
    // Whose numbers are secret, sealed with a key that is.
    const copy = join(bench.directory, "copy");
    copyFileSync(join(bench.data.spool, "incomes-0-income"), copy);
    const opened = vi.fn();
    await (await Spool.open(copy, lastingKey(new Uint8Array(32)), "", opened)).leave();
    expect(opened).not.toHaveBeenCalled();
    for (const { household_id, person_id } of people)
      expect(Buffer.concat(left).toString("latin1")).not.toMatch(`${household_id}|${person_id}`);
    await load(bench, file);
    expect(cursors(server)).toEqual(["first", "10", "20", ...everyCursor.slice(2)]);
    expect(await pulledContents(bench)).toEqual(await pulledContents(undisturbed));
    expect(await incomeKnown(bench)).toHaveLength(45);
  });

  test.each([
    [
      "its last page was only half written",
      (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -100)),
      ["10", "20", "30", "40"],
    ],
    [
      "its last page was changed",
      (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, -1), Buffer.from([0])])),
      ["10", "20", "30", "40"],
    ],
    [
      "its beginning was changed",
      (path: string) => writeFileSync(path, Buffer.concat([Buffer.alloc(50), readFileSync(path).subarray(50)])),
      everyCursor,
    ],
  ])("a spool is used as far as it is whole: %s", async (_, damage, asked) => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good = (__: unknown, ___: unknown, answer: () => void) => answer();
    server.faults.push(good, good, status(404));
    await failure(load(bench, source(bench, server.url)));
    const [spool] = readdirSync(bench.data.spool).filter((each) => !each.includes("lock"));
    damage(join(bench.data.spool, spool as string));
    server.requests.length = 0;
    await load(bench, source(bench, server.url));
    expect(cursors(server)).toEqual(asked);
    await expectAll(bench);
  });

  test("what a table has got stays when another table of its source fails; a pull that had all its pages asks for none of them", async () => {
    const bench = newBench(root);
    const server = await serve((query, _, path) => (path.endsWith("health") ? [] : byCursor(query)));
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    const columns = ["person_id", "recorded_at"];
    const both = writeSource(bench, "incomes", {
      http: { url: server.url },
      tables: [
        { table: "income", http: { path: "incomes", ...cursorPaging } },
        { table: "health", http: { path: "health", columns } },
      ],
    });
    server.faults.push(...everyCursor.map(() => good), status(404));
    expect(await failure(load(bench, both))).toContain("/v1/health: status 404");
    server.requests.length = 0;
    await load(bench, both);
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/health"]);
    await expectAll(bench);
  });

  test("a cursor that an earlier process has read is not read again", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    server.faults.push(good, good, status(404));
    await failure(load(bench, source(bench, server.url)));
    server.faults.push(saying(JSON.stringify({ data: { items: pageFrom(20), next: 10 } })));
    expect(await failure(load(bench, source(bench, server.url)))).toContain("page 3 of");
  });

  test("a page that is refused after others came is no reason to begin anew", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    for (const asked of [
      ["first", "10", "20"],
      ["20", "30"],
    ]) {
      server.requests.length = 0;
      server.faults.push(...asked.slice(1).map(() => good), status(404));
      expect(await failure(load(bench, source(bench, server.url)))).toContain("status 404");
      expect(cursors(server)).toEqual(asked);
    }
  });

  test.each([
    ["the server no longer knows the cursor", {}, "2026-10-01T01:00:00Z", [status(410)], ["20", ...everyCursor]],
    ["it is refused entry, which is told", {}, "2026-10-01T01:00:00Z", [status(401)], ["20"]],
    ["a day has passed", {}, "2026-10-02T00:00:00Z", [], everyCursor],
    ["a moment less than a day has passed", {}, "2026-10-01T23:59:59Z", [], everyCursor.slice(2)],
    ["the definition is another", { query: { limit: "10" } }, "2026-10-01T01:00:00Z", [], everyCursor],
    ["the server is another", {}, "2026-10-01T01:00:00Z", [], everyCursor],
  ])("the next pull begins anew when it must: %s", async (name, table, now, faults, asked) => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    const good = (_: unknown, __: unknown, answer: () => void) => answer();
    server.faults.push(good, good, status(404));
    await failure(load(bench, source(bench, server.url)));
    server.requests.length = 0;
    server.faults.push(...faults);
    const url = name.includes("server is another") ? server.url.replace("127.0.0.1", "localhost") : server.url;
    const again = load(bench, source(bench, url, { ...cursorPaging, ...table }), { now: () => new Date(now) });
    if (name.includes("told")) expect(await failure(again)).toContain("status 401");
    else {
      await again;
      await expectAll(bench);
    }
    expect(cursors(server)).toEqual(asked);
    expect(existsSync(join(bench.data.spool, "incomes-0-income"))).toBe(name.includes("told"));
  });

  test("two pulls of one source at once do not share a spool: the second is told who is at it", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    let second: Promise<string> | undefined;
    server.faults.push((_, __, answer) => {
      second = failure(load(bench, source(bench, server.url)));
      second.then(answer);
    });
    await load(bench, source(bench, server.url, cursorPaging, { timeout_seconds: 60 }));
    expect(await second).toMatch(/incomes is being pulled by process \d+/);
    expect(cursors(server)).toEqual(everyCursor);
    await expectAll(bench);
  });

  test("a pull waits while another process pulls the same source", async () => {
    const bench = newBench(root);
    const server = await serve(byCursor);
    let answer: (() => void) | undefined;
    server.faults.push((_request, _response, say) => {
      answer = say;
    });
    const file = source(bench, server.url, cursorPaging, { timeout_seconds: 60 });
    const ended = once(loadElsewhere(bench, file), "close");
    await until("the other process pulls", () => answer !== undefined);
    const second = load(bench, file);
    expect(await inTime(second, 0.5)).toBe("still waiting");
    answer?.();
    expect(await ended).toEqual([0, null]);
    expect((await second)[0]).toMatchObject({ already_loaded: true });
    await expectAll(bench);
  });

  test("sources are locked in the order of their names, so that two pulls never wait for each other; none stays locked when one cannot be had", async () => {
    const bench = newBench(root);
    const server = await serve(() => people);
    const files = ["b", "a"].map((name) =>
      writeSource(bench, name, { http: { url: server.url }, tables: [{ table: "income", http: { path: "incomes" } }] }),
    );
    for (const [held, tried] of [
      ["a", false],
      ["b", true],
    ] as const) {
      const letGo = await takeLock({
        directory: bench.data.spool,
        name: `${held}-lock`,
        doing: "pulling",
        refused: () => new UserError("held", "held"),
      });
      expect(await failure(load(bench, files))).toContain(`${held} is being pulled by process`);
      expect(existsSync(join(bench.data.spool, held === "a" ? "b-lock.duckdb" : "a-lock.duckdb"))).toBe(tried);
      letGo();
    }
    expect(await load(bench, files)).toHaveLength(2);
  });

  test("a load that is refused throws the pages away: the next pull asks the server again", async () => {
    const bench = newBench(root);
    let kind = "fortune";
    const server = await serve(() => people.map((each) => ({ ...each, kind })));
    expect(await failure(load(bench, source(bench, server.url, {})))).toContain("nothing was loaded");
    kind = "wage";
    await load(bench, source(bench, server.url, {}));
    await expectAll(bench);
  });
});
