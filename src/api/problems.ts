import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { UserError } from "../domain/errors.ts";
import { AccessDenied, NotFound } from "../queries/access.ts";

/** A request without a key that is good. */
export class Unauthenticated extends Error {
  constructor() {
    super("send a key: Authorization: Bearer aldyn_... or a token of the deployment's OpenID provider");
    this.name = "Unauthenticated";
  }
}

/** RFC 9457. `instance` names the request as the log does. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Why a reply is no success, for log and audit. */
    failure: Error | null;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  406: "Not acceptable",
  413: "Body too large",
  415: "Unsupported media type",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available now",
};

/** Says every failure as a problem, without stack or inner words of what is not the caller's doing. */
export function sayProblems(app: FastifyInstance): void {
  app.decorateRequest("failure", null);
  app.setErrorHandler((error: Error, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    sendProblem(request, reply, new NotFound("there is no such route"));
  });
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, error: Error): void {
  reply.send(becomeProblem(request, reply, error));
}

/** Gives a reply the status and headers of a problem, and returns its text. */
export function becomeProblem(request: FastifyRequest, reply: FastifyReply, error: Error): string {
  request.failure = error;
  const { status, code, detail } = told(error);
  const problem: Problem = {
    type: `urn:aldyn:problem:${code}`,
    title: titles[status] ?? "Failed",
    status,
    detail,
    instance: `urn:aldyn:request:${request.id}`,
  };
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="aldyn"');
  reply.code(status).header("cache-control", "no-store").type("application/problem+json; charset=utf-8");
  return JSON.stringify(problem);
}

function told(error: Error): { status: number; code: string; detail: string } {
  const { message } = error;
  if (error instanceof Unauthenticated) return { status: 401, code: "unauthenticated", detail: message };
  if (error instanceof AccessDenied) return { status: 403, code: "denied", detail: message };
  if (error instanceof NotFound) return { status: 404, code: "not-found", detail: message };
  if (error instanceof UserError) return { status: statusOf(error), code: error.code.replaceAll("_", "-"), detail: message };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, message }) =>
      [instancePath.slice(1).replaceAll("/", "."), message].filter(Boolean).join(": "),
    );
    return { status: 400, code: "invalid", detail: `${error.validationContext ?? "request"}: ${faults.join("; ")}` };
  }
  const { statusCode = 500, code = "failed" } = error as FastifyError;
  if (statusCode === 429) return { status: 429, code: "too-many-requests", detail: "wait a little; Retry-After says how long" };
  if (code === "FST_ERR_HANDLER_TIMEOUT")
    return { status: 503, code: "too-slow", detail: "the answer took too long; ask for less, or again later" };
  if (statusCode < 500) return { status: statusCode, code: code.toLowerCase().replaceAll("_", "-"), detail: message };
  if (statusCode === 503) return { status: 503, code: "not-available", detail: message };
  return { status: 500, code: "internal", detail: "something went wrong here; the log has the request by its instance" };
}

/** Faults of the caller are 400; what the installation has to mend first is 503. */
function statusOf({ code, exitCode }: UserError): number {
  return exitCode === 2 || ofTheCaller.has(code) ? 400 : 503;
}

const ofTheCaller: ReadonlySet<string> = new Set(["bad_cursor", "bad_change", "simulation_outdated", "unknown_pipeline", "no_policy"]);
