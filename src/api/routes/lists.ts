import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { sha256 } from "../../domain/canonical.ts";
import type { Principal } from "../../domain/principal.ts";
import { packageVersion } from "../../domain/project-files.ts";
import { tiers } from "../../domain/tiers.ts";
import { listLists, prepareReading, type Reading, readEntries, readEntriesAsJson } from "../../queries/lists.ts";
import type { Sources } from "../../queries/parts.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { bodyBuffers, ownBody, type Piece } from "../body-buffers.ts";
import { EntriesPage, ListHead, Lists } from "../list-schemas.ts";
import type { ApiParts } from "../parts.ts";
import {
  bytesOf,
  compressed,
  encodingFor,
  NotAcceptable,
  type Representation,
  representationFor,
  representations,
} from "../representations.ts";
import { AreaCode, Lang, ListParams, Paging, Problem } from "../schemas.ts";

const Query = Paging.extend({ area: AreaCode.optional(), tier: z.enum(tiers).optional(), lang: Lang });
type Query = z.output<typeof Query>;

const version = packageVersion();

/** Lists, their heads and their entries. */
export function listRoutes(app: Api, parts: ApiParts): void {
  const { sources } = parts;
  const joinBody = bodyBuffers();
  app.get(
    "/lists",
    {
      config: allow("lists"),
      schema: {
        summary: "Lists that have something of your areas, newest day first",
        querystring: Paging.extend({ area: AreaCode.optional(), lang: Lang }),
        response: { 200: Lists, default: Problem },
      },
    },
    (request) => listLists(principalOf(request), sources, request.query),
  );
  app.get(
    "/lists/:id",
    {
      config: allow("lists"),
      schema: {
        summary: "What a list says of itself, in your areas",
        params: ListParams,
        querystring: z.strictObject({ area: AreaCode.optional(), lang: Lang }),
        response: { 200: ListHead, default: Problem },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      request.touched.push(request.params.id);
      const reading = await prepareReading(principal, sources, request.params.id, { ...request.query, limit: 0 });
      const { entries: _none, next_cursor: _nowhere, ...head } = await readEntries(principal, sources, reading);
      return head;
    },
  );
  app.get(
    "/lists/:id/entries",
    {
      config: allow("lists"),
      schema: {
        summary: "Whom to visit first, why, and what can be offered",
        description:
          "Without `area` the list is cut to your own areas. JSON, CSV or an Arrow stream, by `Accept`; the next page stands in `Link` too.",
        params: ListParams,
        querystring: Query,
        response: {
          200: {
            description: "a page of the list",
            content: {
              "application/json": { schema: EntriesPage },
              "text/csv": { schema: z.string() },
              "application/vnd.apache.arrow.stream": { schema: z.string() },
            },
          },
          304: z.null(),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const join = (pieces: readonly Piece[]) => joinBody(pieces, reply.raw);
      const sent = await entriesReply(parts, request, { ...request.params, query: request.query }, join);
      reply.code(sent.status).headers(sent.headers);
      return sent.body as never;
    },
  );
}

/** A page from the cache, or read. A list never changes, so that the tag of a page is known before it is read. */
async function entriesReply(
  { sources, cache }: ApiParts,
  request: FastifyRequest,
  { id, query }: { id: string; query: Query },
  join: (pieces: readonly Piece[]) => Buffer,
): Promise<{ status: number; headers: Record<string, string>; body: Buffer | null }> {
  const principal = principalOf(request);
  request.touched.push(id);
  const reading = await prepareReading(principal, sources, id, query);
  const representation = representationFor(request.headers.accept);
  if (representation === undefined) throw new NotAcceptable();
  const { area: _area, ...asked } = query;
  const question = JSON.stringify([id, reading.areas, reading.today, asked, representation]);
  const tag = `W/"${sha256(`${version} ${question}`).slice(0, 32)}"`;
  const always = { etag: tag, "cache-control": "private, no-cache", vary: "accept, accept-encoding, authorization" };
  if (isNamed(tag, request.headers["if-none-match"])) return { status: 304, headers: always, body: null };
  const encoding = encodingFor(request.headers["accept-encoding"]);
  const kept = cache.get(`${encoding} ${question}`);
  if (kept !== undefined) return { status: 200, headers: { ...always, ...kept.headers }, body: kept.body };

  const { plain, next_cursor } = await readAs(representation, principal, sources, reading);
  const headers = {
    ...headersOf(representation, next_cursor === null ? null : nextOf(id, query, next_cursor)),
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
  };
  const body = encoding === undefined ? join(plain) : await compressed(ownBody(plain), encoding);
  cache.offer(`${encoding} ${question}`, { body, headers }, encoding !== undefined);
  return { status: 200, headers: { ...always, ...headers }, body };
}

/** Whether If-None-Match names a page: tags are compared without their W/ (RFC 9110, section 13.1.2). */
function isNamed(tag: string, header = ""): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, "");
  return header.split(",").some((named) => named.trim() === "*" || bare(named) === bare(tag));
}

async function readAs(
  representation: Representation,
  principal: Principal,
  sources: Sources,
  reading: Reading,
): Promise<{ plain: readonly Piece[]; next_cursor: string | null }> {
  if (representation === "json") {
    const { pieces, next_cursor } = await readEntriesAsJson(principal, sources, reading);
    return { plain: pieces, next_cursor };
  }
  const page = await readEntries(principal, sources, reading);
  return { plain: [await bytesOf(page, representation, reading.query.lang)], next_cursor: page.next_cursor };
}

function headersOf(representation: Representation, next: string | null): Record<string, string> {
  return { "content-type": representations[representation].header, ...(next === null ? {} : { link: `<${next}>; rel="next"` }) };
}

function nextOf(id: string, query: Query, cursor: string): string {
  const given = Object.entries({ ...query, cursor }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return `/v1/lists/${id}/entries?${new URLSearchParams(given)}`;
}
