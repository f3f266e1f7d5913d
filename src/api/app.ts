import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import compress from "@fastify/compress";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { simulationDesk, simulationPlace } from "../simulation/desk.ts";
import { demandRules } from "./access-rule.ts";
import { auditReplies } from "./audit-replies.ts";
import { documentation } from "./documentation.ts";
import type { ApiParts } from "./parts.ts";
import { sayProblems } from "./problems.ts";
import { logRequests } from "./request-log.ts";
import { areaRoutes } from "./routes/areas.ts";
import { healthRoutes } from "./routes/health.ts";
import { householdRoutes } from "./routes/households.ts";
import { listRoutes } from "./routes/lists.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { monitoringRoutes } from "./routes/monitoring.ts";
import { programmeRoutes } from "./routes/programme.ts";
import { registerRoutes } from "./routes/registers.ts";
import { runRoutes } from "./routes/runs.ts";
import { simulationRoutes } from "./routes/simulations.ts";

/** The app as routes see it: a route's types come from its zod schemas. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** Builds the API. `extra` adds routes under the same rules. */
export async function buildApp(parts: ApiParts, extra?: (app: Api) => void): Promise<Api> {
  const stopping = new AbortController();
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: 16 * 1024,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    handlerTimeout: parts.timeLimitMs ?? 30_000,
    routerOptions: { maxParamLength: 100 },
    return503OnClosing: true,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => {
      app.errorHandler(error, request as never, reply as never);
    },
  }).withTypeProvider<ZodTypeProvider>() as Api;
  app.setValidatorCompiler(validatorCompiler);
  // What queries return has its form by its type; tests hold it against the schemas, which are for documentation.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.addHook("preClose", async () => {
    stopping.abort();
    // A kept connection falls idle when its last reply has gone out; the stop waits for none of them.
    const closing = setInterval(() => app.server.closeIdleConnections(), 50).unref();
    app.server.once("close", () => clearInterval(closing));
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });

  const desk = simulationDesk();
  app.addHook("onReady", async () => desk.resume(simulationPlace(parts.sources)));
  app.addHook("onClose", () => desk.close());

  sayProblems(app);
  logRequests(app, parts.logger);
  await app.register(helmet, { contentSecurityPolicy: { directives: { "upgrade-insecure-requests": null } } });
  await app.register(compress, { threshold: 1024, encodings: ["br", "gzip"], globalDecompression: false });
  app.decorate("rules", []);
  await documentation(app);
  demandRules(app, parts.authenticate);
  auditReplies(app, parts.audit);
  await app.register(rateLimit, {
    max: parts.mostPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request) => request.principal?.id ?? `address ${request.ip}`,
  });
  healthRoutes(app, parts);
  metricsRoutes(app, parts);
  await app.register(
    async (v1) => {
      const api = v1.withTypeProvider<ZodTypeProvider>() as Api;
      // What is told of families stays in no cache; a page of a list says otherwise for itself.
      api.addHook("onRequest", async (_request, reply) => {
        reply.header("cache-control", "no-store");
      });
      listRoutes(api, parts);
      householdRoutes(api, parts);
      areaRoutes(api, parts);
      programmeRoutes(api, parts);
      runRoutes(api, parts, stopping.signal);
      registerRoutes(api, parts);
      monitoringRoutes(api, parts);
      simulationRoutes(api, parts, desk);
    },
    { prefix: "/v1" },
  );
  extra?.(app);
  return app;
}
