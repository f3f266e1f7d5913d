import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";

/** One line for each request: never its address, query or body, since they may name a household. */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook("onResponse", async (request, reply) => {
    const line = {
      request_id: request.id,
      principal_id: request.principal?.id ?? null,
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (reply.statusCode < 500) logger.info(line, "request");
    else logger.error({ ...line, error: request.failure === null ? null : wordsOf(request.failure) }, "request");
  });
}

/** An error's words with its causes, ids struck out. */
export function wordsOf(error: Error): string {
  const cause = error.cause instanceof Error ? ` <- ${wordsOf(error.cause)}` : "";
  return (
    `${error.name}: ${error.message}`
      .replaceAll(/[0-9a-f]{16,}/gi, "…")
      .replaceAll(/\d{12}/g, "…")
      .slice(0, 500) + cause
  );
}
