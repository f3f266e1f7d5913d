import { hashOf } from "../../domain/canonical.ts";
import { UserError } from "../../domain/errors.ts";
import type { Pseudonyms } from "../pseudonym.ts";
import { spooledReader } from "../readers/spooled.ts";
import { cursorAt, readPage } from "./http-page.ts";
import { type HttpClient, httpClient, type Reply, shown } from "./http-request.ts";
import type { Pull, Pulled } from "./pulled.ts";
import type { HttpServer, HttpTable } from "./shapes.ts";
import { type Batch, lastingKey, Spool } from "./spool.ts";

const dayInMilliseconds = 86_400_000;

/** Reads every page of an HTTP source. After a crash it goes on at the last cursor, for a day. */
export async function pullHttp(pull: Pull, pseudonyms: Pseudonyms): Promise<Pulled> {
  const server = pull.source.http as HttpServer;
  const table = pull.table.http as HttpTable;
  const first = addressOf(server, table);
  const header = JSON.stringify({ id: hashOf({ definition: pull.definition, url: server.url }), begun: pull.now().toISOString() });
  const client = httpClient(pull.source, pull.environment, pull.now);
  const spool = await Spool.open(pull.spoolFile, spoolKey(pseudonyms), header, (begun) => {
    const [old, now] = [JSON.parse(begun), JSON.parse(header)] as [Header, Header];
    return old.id === now.id && Date.parse(now.begun) - Date.parse(old.begun) < dayInMilliseconds;
  });
  try {
    await resume({ spool, client, table, first, source: pull.source.file }, header);
  } catch (error) {
    await spool.leave();
    throw error;
  } finally {
    await client.close();
  }
  try {
    return await pulledOf(pull, spool, table, shown(first));
  } catch (error) {
    // The same pages would come to the same again.
    await spool.discard();
    throw error;
  }
}

async function pulledOf(pull: Pull, spool: Spool, table: HttpTable, words: string): Promise<Pulled> {
  const names = new Set([...table.columns, ...spool.notes.flatMap((note) => note.columns)]);
  if (names.size === 0)
    throw new UserError(
      "http_shape",
      `${pull.source.file}: ${pull.table.table}: ${words} sent no rows; say under http.columns what columns they would have`,
    );
  const columns = new Map([...names].map((name) => [name, "VARCHAR"]));
  return {
    file: await spool.summary(words),
    reader: spooledReader(spool, columns, words),
    spool,
    definition: pull.definition,
    isFull: true,
    watermark: null,
    transaction: null,
    last: pull.last,
  };
}

interface Header {
  id: string;
  begun: string;
}

/** Numbers of a pseudonymous source name nobody, so there is no secret to seal them with. */
function spoolKey(pseudonyms: Pseudonyms): Uint8Array {
  return lastingKey(pseudonyms.keyed ? pseudonyms.key : new Uint8Array(32));
}

function addressOf(server: HttpServer, table: HttpTable): URL {
  const url = new URL(table.path === "" ? server.url : `${server.url.replace(/\/*$/, "/")}${table.path.replace(/^\/+/, "")}`);
  for (const [name, value] of Object.entries(table.query)) url.searchParams.set(name, value);
  return url;
}

interface Pages {
  spool: Spool;
  client: HttpClient;
  table: HttpTable;
  first: URL;
  /** The source's file. */
  source: string;
}

/** Fetches what the spool lacks. When a server no longer knows the cursor that an earlier process ended at, everything is fetched again. */
async function resume(pages: Pages, header: string): Promise<void> {
  const { spool } = pages;
  const had = spool.notes.length;
  try {
    await fetchPages(pages);
  } catch (error) {
    if (!(error instanceof UserError && error.code === "http_refused") || had === 0 || spool.notes.length > had) throw error;
    await spool.restart(header);
    await fetchPages(pages);
  }
}

async function fetchPages({ spool, client, table, first, source }: Pages): Promise<void> {
  const seen = new Set(spool.notes.map((note) => note.next));
  for (let page = spool.notes.length; ; page++) {
    const next = page === 0 ? undefined : spool.notes[page - 1]?.next;
    if (next === null) return;
    const name = `page ${page + 1}`;
    const place = `${source}: http: ${name} of ${shown(first)}`;
    const reply = await client.get(askFor(first, table, page, next), name);
    const { batch, reply: content } = readPage(reply.body, table, place);
    const after = await nextOf({ table, reply, content, batch, page, place, first, spool });
    if (after !== null && seen.has(after))
      throw new UserError("http_loop", `${place}: points to a page that was read before, so the pages would never end`);
    seen.add(after);
    await spool.append(batch, after);
  }
}

function askFor(first: URL, { paging }: HttpTable, page: number, next: string | undefined): URL {
  const url = new URL(paging?.by === "link" && next !== undefined ? next : first.href);
  if (paging?.by === "page") url.searchParams.set(paging.parameter as string, String((paging.first ?? 1) + page));
  if (paging?.by === "cursor" && next !== undefined) url.searchParams.set(paging.parameter as string, next);
  return url;
}

interface Turned {
  table: HttpTable;
  reply: Reply;
  content: unknown;
  batch: Batch;
  page: number;
  place: string;
  first: URL;
  spool: Spool;
}

/** What asks for the page after this one; null when it is the last. */
async function nextOf({ table, reply, content, batch, page, place, first, spool }: Turned): Promise<string | null> {
  const { paging } = table;
  if (paging === undefined) return null;
  if (paging.by === "page") {
    if (batch.rows.length === 0) return null;
    if (page > 0 && (await spool.rowsOf(page - 1)) === JSON.stringify(batch.rows))
      throw new UserError(
        "http_loop",
        `${place}: is the page before it once more; does the server know the parameter ${paging.parameter}?`,
      );
    return String(page + 1);
  }
  const found = paging.field === undefined ? headerCursor(reply, paging.header) : cursorAt(content, paging.field, place);
  if (found === null || paging.by === "cursor") return found;
  const url = URL.canParse(found, reply.url.href) ? new URL(found, reply.url.href) : undefined;
  if (url?.origin !== first.origin) throw new UserError("http_link", `${place}: its link to the next page leads to another server`);
  return url.href;
}

/** The header's value, or the address of rel="next" in Link (RFC 8288). */
function headerCursor({ headers }: Reply, name: string | undefined): string | null {
  const value = [headers[(name ?? "link").toLowerCase()] ?? ""].flat().join(", ").trim();
  if (name !== undefined) return value === "" ? null : value;
  for (const [, target, parameters = ""] of value.matchAll(/<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|[^",;]*))?)*)/g))
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![^\s;,]))/i.test(parameters)) return target as string;
  return null;
}
