import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import pg from "pg";
import { UserError } from "../../domain/errors.ts";
import { maskedText } from "../mask.ts";
import type { Source } from "../source-shapes.ts";
import { isLocal } from "./check-origin.ts";
import { certificates, readSecret } from "./secrets.ts";
import type { PostgresServer } from "./shapes.ts";

/** Values as PostgreSQL writes them. */
const asText = { getTypeParser: () => (text: string) => text } as pg.CustomTypesConfig;

/** Does `work` with a connection to the source's server. A UserError says what went wrong without the address's secrets and without values. */
export async function withPostgres<T>(source: Source, environment: NodeJS.ProcessEnv, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const server = source.postgres as PostgresServer;
  const url = addressOf(source, server, environment);
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname).replaceAll(/^\[|\]$/g, "");
  const password =
    url.password === ""
      ? readSecret(source, { key: "postgres.password", file: server.password_file }, environment)
      : decodeURIComponent(url.password);
  const silence = server.silence_timeout_seconds * 1000;
  const client = new pg.Client({
    host,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(password === undefined ? {} : { password }),
    ssl: encryption(source, server, host),
    types: asText,
    keepAlive: true,
    application_name: "aldyn",
    connectionTimeoutMillis: server.connect_timeout_seconds * 1000,
    statement_timeout: silence,
    query_timeout: silence + 10_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("postgres_failed", `${source.file}: postgres at ${host}: ${sayError(error as pg.DatabaseError)}`);
  } finally {
    await goodbye(client);
  }
}

/** Ends a connection. One that the server cut while it was being made may never say that it has ended: after two seconds nobody waits for that. */
async function goodbye(client: pg.Client): Promise<void> {
  const waiting = new AbortController();
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(2_000, undefined, { signal: waiting.signal }).catch(() => undefined)]);
  waiting.abort();
}

function addressOf(source: Source, server: PostgresServer, environment: NodeJS.ProcessEnv): URL {
  const text = readSecret(source, { key: "postgres.url", variable: server.url_env, file: server.url_file }, environment) ?? "";
  const place = server.url_env ?? server.url_file;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new UserError("bad_address", `${source.file}: postgres: what ${place} holds is not postgres://user:password@host:port/database`);
  return new URL(text);
}

function encryption(source: Source, { tls }: PostgresServer, host: string): ConnectionOptions | false {
  const mode = tls?.mode ?? (isLocal(host) || host === "::1" ? "disable" : "verify-full");
  if (mode === "disable") return false;
  const identity: ConnectionOptions["checkServerIdentity"] =
    mode === "verify-ca" ? () => undefined : (_, certificate) => checkServerIdentity(host, certificate);
  return { ...certificates(source, tls), rejectUnauthorized: true, checkServerIdentity: identity };
}

/** Errors about values (class 22) quote them: of those only the code is told. */
function sayError(error: pg.DatabaseError): string {
  if (error.code?.startsWith("22")) return `a value does not fit (SQLSTATE ${error.code}); see the query`;
  return `${maskedText(error.message || String(error.code))}${error.code === undefined ? "" : ` (${error.code})`}`;
}
