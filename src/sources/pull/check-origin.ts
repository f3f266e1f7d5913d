import { UserError } from "../../domain/errors.ts";
import type { Source, TableSource } from "../source-shapes.ts";
import type { HttpServer, HttpTable, PostgresServer, PostgresTable } from "./shapes.ts";

const origins = ["files", "postgres", "http"] as const;

/** Checks that a table has one origin, and what the shapes cannot say of it. A UserError names the place and the fix. */
export function checkOrigin(source: Source, table: TableSource, place: string): void {
  const fail: Fail = (message) => {
    throw new UserError("bad_source", `${place}: ${message}`);
  };
  const given = origins.filter((origin) => table[origin] !== undefined);
  if (given.length !== 1) fail(`needs one of ${origins.join(", ")}, and has ${given.length === 0 ? "none" : given.join(" and ")}`);
  if (table.postgres !== undefined) checkPostgres(source.postgres, table.postgres, table.mode, fail);
  if (table.http !== undefined) checkHttp(source.http, table.http, fail);
}

type Fail = (message: string) => never;

function checkPostgres(server: PostgresServer | undefined, table: PostgresTable, mode: TableSource["mode"], fail: Fail): void {
  if (server === undefined) fail("the source has no postgres: with url_env or url_file, where the server is named");
  if ((server.url_env === undefined) === (server.url_file === undefined)) fail("postgres needs one of url_env and url_file");
  checkPair(server.tls, "postgres.tls", fail);
  if ((table.table === undefined) === (table.query === undefined)) fail("postgres needs one of table and query");
  if (mode === "snapshot" && table.watermark !== false)
    fail("a snapshot is all that there is, and a watermark reads only what is new: add watermark: false under postgres");
}

const local = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a host is this machine. */
export function isLocal(host: string): boolean {
  return local.has(host) || host.startsWith("/");
}

function checkHttp(server: HttpServer | undefined, table: HttpTable, fail: Fail): void {
  if (server === undefined) fail("the source has no http: with url, where the server is named");
  const url = new URL(server.url);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    fail(
      "http.url holds a name, a password or a query; secrets come from token_env, token_file or tls, queries stand under the table's http",
    );
  if (url.protocol === "http:" && !isLocal(url.hostname) && !server.insecure)
    fail(`http.url is not encrypted: use https, or add insecure: true if the way to ${url.host} is safe`);
  if (server.token_env !== undefined && server.token_file !== undefined) fail("http needs one of token_env and token_file at most");
  checkPair(server.tls, "http.tls", fail);
  if (new URL(table.path, server.url).origin !== url.origin) fail(`http.path leads away from ${url.origin}`);
  if (table.format === "ndjson" && table.rows !== undefined) fail("http.rows belongs to json; in ndjson each line is a row");
  checkPaging(table, fail);
}

function checkPair(tls: { cert_file?: string | undefined; key_file?: string | undefined } | undefined, place: string, fail: Fail): void {
  if ((tls?.cert_file === undefined) !== (tls?.key_file === undefined)) fail(`${place} needs both cert_file and key_file, or neither`);
}

function checkPaging({ paging, format }: HttpTable, fail: Fail): void {
  if (paging === undefined) return;
  const { by, parameter, field, header, first } = paging;
  const has = (value: unknown) => value !== undefined;
  if (has(parameter) === (by === "link")) fail(`http.paging by ${by} ${by === "link" ? "has no" : "needs a"} parameter`);
  if (by === "cursor" && has(field) === has(header)) fail("http.paging by cursor needs one of field and header");
  if (by !== "cursor" && has(header)) fail(`http.paging by ${by} has no header`);
  if (by === "page" && has(field)) fail("http.paging by page has no field");
  if (by !== "page" && has(first)) fail(`http.paging by ${by} has no first`);
  if (format === "ndjson" && has(field)) fail("http.paging.field stands in a JSON reply; ndjson has cursors in a header, or links");
}
