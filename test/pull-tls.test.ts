import { chownSync, copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "./support/certificates.ts";
import { load, newBench, writeSource } from "./support/ingest.ts";
import { type PageServer, startPages } from "./support/page-server.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { addIncome, incomeRegister, incomeSource } from "./support/pull.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const row = { household_id: "F-1", person_id: null, month: "2025-01-01", kind: "wage", amount_lcu: 5, recorded_at: "2025-02-05" };
let ours: Certificates;
let theirs: Certificates;
let reader: { cert: string; key: string };
let stranger: { cert: string; key: string };
let postgres: TestPostgres;
let pages: PageServer;
let url: string;

beforeAll(async () => {
  ours = makeCertificates(join(root, "ours"));
  theirs = makeCertificates(join(root, "theirs"));
  reader = ours.sign("reader");
  stranger = theirs.sign("reader");
  const server = ours.sign("server", "IP:127.0.0.1");
  pages = await startPages(() => [row], {
    ...{ ca: readFileSync(ours.ca), cert: readFileSync(server.cert), key: readFileSync(server.key) },
    ...{ requestCert: true, rejectUnauthorized: true },
  });
  postgres = await startPostgres();
  const register = await incomeRegister(postgres, "register");
  await addIncome(register.client, [row]);
  await register.client.query(
    "create role reader login; grant usage on schema registry to reader; grant select on registry.income to reader",
  );
  await startEncrypting(server, ["ssl = on", "ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'ca.pem'"]);
  url = register.url.replace("aldyn@", "reader@");
}, 120_000);
afterAll(async () => {
  await pages.stop();
  await postgres.stop();
});

/** Makes the server show a certificate, and let the role `reader` in only with one of its own. */
async function startEncrypting(server: { cert: string; key: string }, settings: readonly string[]): Promise<void> {
  const { uid, gid } = statSync(postgres.directory);
  for (const [file, name] of [
    [server.cert, "server.pem"],
    [server.key, "server.key"],
    [ours.ca, "ca.pem"],
  ] as const) {
    const path = join(postgres.directory, name);
    copyFileSync(file, path);
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  }
  const hba = join(postgres.directory, "pg_hba.conf");
  writeFileSync(hba, `hostssl all reader all cert\nhost all reader all reject\n${readFileSync(hba, "utf8")}`);
  const configuration = join(postgres.directory, "postgresql.conf");
  writeFileSync(configuration, `${readFileSync(configuration, "utf8")}\n${settings.join("\n")}\n`);
  await postgres.restart();
}

/** A pull over TLS; resolves to how many rows came, or to what was said. */
function pulled(kind: "postgres" | "http", tls: object, host = "127.0.0.1"): Promise<number | string> {
  const bench = newBench(root);
  const source =
    kind === "postgres"
      ? incomeSource(bench, url.replace("127.0.0.1", host), {}, { postgres: { url_file: "address", connect_timeout_seconds: 5, tls } })
      : writeSource(bench, "incomes", {
          http: { url: pages.url.replace("127.0.0.1", host), attempts: 1, tls },
          tables: [{ table: "income", http: {} }],
        });
  return load(bench, source).then(
    ([report]) => report?.rows_accepted ?? 0,
    (error: Error) => error.message,
  );
}

const files = (certificate: { cert: string; key: string }) => ({ cert_file: certificate.cert, key_file: certificate.key });
const full = { mode: "verify-full" };

test("both sides show a certificate of the same maker: rows come", async () => {
  expect(await pulled("http", { ca_file: ours.ca, ...files(reader) })).toBe(1);
  expect(await pulled("postgres", { ...full, ca_file: ours.ca, ...files(reader) })).toBe(1);
});

test("a server that another maker signed is not believed", async () => {
  expect(await pulled("http", { ca_file: theirs.ca, ...files(reader) })).toMatch(/the connection failed/);
  expect(await pulled("http", files(reader))).toMatch(/the connection failed/);
  for (const mode of ["verify-full", "verify-ca"]) {
    expect(await pulled("postgres", { mode, ca_file: theirs.ca, ...files(reader) })).toMatch(/certificate/);
    expect(await pulled("postgres", { mode, ...files(reader) })).toMatch(/certificate/);
  }
});

test("a server of another name is not believed, unless only its maker counts", async () => {
  expect(await pulled("http", { ca_file: ours.ca, ...files(reader) }, "localhost")).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
  expect(await pulled("postgres", { ...full, ca_file: ours.ca, ...files(reader) }, "localhost")).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
  expect(await pulled("postgres", { mode: "verify-ca", ca_file: ours.ca, ...files(reader) }, "localhost")).toBe(1);
});

test("without a certificate, or with one of another maker, nobody is let in", async () => {
  for (const tls of [{ ca_file: ours.ca }, { ca_file: ours.ca, ...files(stranger) }]) {
    expect(await pulled("http", tls)).toMatch(/the connection failed/);
    expect(await pulled("postgres", { ...full, ...tls })).toMatch(/certificate|SSL|ECONNRESET|closed|terminated/);
  }
  expect(await pulled("postgres", { mode: "disable" })).toMatch(/pg_hba.conf rejects connection/);
});

test("encryption cannot be forgotten for a server that is not this machine", async () => {
  const bench = newBench(root);
  // Another spelling of 127.0.0.1 that is not known to be this machine.
  const far = incomeSource(bench, url.replace("127.0.0.1", "127.1"));
  await expect(load(bench, far)).rejects.toThrow(/postgres at 127.1: .*certificate/);
  expect(await pulled("postgres", { ...full, ca_file: "missing.pem" })).toContain("tls.ca_file: missing.pem cannot be read (ENOENT)");
});
