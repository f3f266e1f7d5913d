import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AuditEntry } from "../cases/audit-record.ts";
import { AccessDenied, NotFound } from "../queries/access.ts";
import type { ApiParts } from "./parts.ts";
import { becomeProblem, Unauthenticated } from "./problems.ts";

/** A reply that could not be entered in the audit, and so is not given. */
class NotAudited extends Error {
  readonly statusCode = 503;
}

/** Enters every reply under /v1, and every refusal, in the audit before it leaves, failures too. Without the record there is no reply. */
export function auditReplies(app: FastifyInstance, audit: ApiParts["audit"]): void {
  const entered = new WeakSet<FastifyRequest>();
  app.addHook("onSend", async (request, reply, payload) => {
    if (!isEntered(request) || entered.has(request)) return payload;
    entered.add(request);
    try {
      await audit.record(entryOf(request, reply.statusCode));
    } catch (cause) {
      const error = new NotAudited("the reply could not be entered in the audit, and so is not given; ask again later", { cause });
      // Of a reply that is a problem already Fastify would send what it makes of the second error, which is nothing.
      if (request.failure === null) throw error;
      return becomeProblem(request, reply, error);
    }
    return payload;
  });
}

/** By the route that answers: an address may be written in several ways, as /%761/lists or http://host/v1/lists. */
function isEntered({ routeOptions, url, failure }: FastifyRequest): boolean {
  return (routeOptions.url ?? url).startsWith("/v1") || isRefused(failure);
}

function isRefused(failure: Error | null): boolean {
  return failure instanceof AccessDenied || failure instanceof Unauthenticated || (failure instanceof NotFound && failure.isDenied);
}

function entryOf(request: FastifyRequest, status: number): AuditEntry {
  const { principal, failure, touched } = request;
  const succeeded = status < 400 ? "ok" : "failed";
  return {
    principal_id: principal?.id ?? null,
    role: principal?.role ?? null,
    areas: principal?.areas ?? [],
    action: `${request.method} ${request.routeOptions.url ?? "(no route)"}`,
    purpose: "outreach",
    objects: touched,
    outcome: isRefused(failure) ? "denied" : succeeded,
    status,
  };
}
