import { Readable } from "node:stream";
import { z } from "zod";
import { followRun, listRuns, type RunEvent, readRun, requestRun } from "../../queries/runs.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { Requested, Run, RunRequest, Runs } from "../run-schemas.ts";
import { Paging, Problem, RunParams } from "../schemas.ts";

/** Runs, their steps and what happens in them. */
export function runRoutes(app: Api, { sources, runRequests }: ApiParts, stopping: AbortSignal): void {
  app.get(
    "/runs",
    {
      config: allow("runs"),
      schema: { summary: "Runs, the newest first", querystring: Paging, response: { 200: Runs, default: Problem } },
    },
    (request) => listRuns(principalOf(request), sources, request.query),
  );
  app.post(
    "/runs",
    {
      config: allow("start_runs"),
      schema: {
        summary: "Have a pipeline run for a day on what the warehouse holds; the same inputs are the same run",
        body: RunRequest,
        response: { 202: Requested, default: Problem },
      },
    },
    async (request, reply) => {
      const requested = await requestRun(principalOf(request), runRequests, request.body);
      request.touched.push(requested.run_id);
      return reply.code(202).header("location", `/v1/runs/${requested.run_id}`).send(requested);
    },
  );
  app.get(
    "/runs/:id",
    {
      config: allow("runs"),
      schema: { summary: "A run with its steps", params: RunParams, response: { 200: Run, default: Problem } },
    },
    (request) => {
      request.touched.push(request.params.id);
      return readRun(principalOf(request), sources, request.params.id);
    },
  );
  app.get(
    "/runs/:id/events",
    {
      config: allow("runs"),
      handlerTimeout: 2 ** 31 - 1,
      schema: {
        summary: "What happens in a run, as server-sent events, until it ends; Last-Event-ID goes on after a line",
        params: RunParams,
        headers: z.object({ "last-event-id": z.coerce.number().int().min(0).optional().catch(undefined) }),
        response: { 200: { description: "events", content: { "text/event-stream": { schema: z.string() } } }, default: Problem },
      },
    },
    async (request, reply) => {
      request.touched.push(request.params.id);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, stopping]);
      const events = await followRun(principalOf(request), sources, request.params.id, {
        after: request.headers["last-event-id"] ?? 0,
        signal,
      });
      return reply
        .headers({ "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-no-compression": "true" })
        .send(Readable.from(linesOf(events), { objectMode: false }) as never);
    },
  );
}

async function* linesOf(events: AsyncGenerator<RunEvent | undefined>): AsyncGenerator<string> {
  yield "retry: 2000\n\n";
  for await (const told of events)
    yield told === undefined
      ? ": still here\n\n"
      : `id: ${told.number}\nevent: ${told.event.event}\ndata: ${JSON.stringify(told.event)}\n\n`;
}
