import type { FastifyInstance } from "fastify";
import { may, type Permission, type Principal } from "../domain/principal.ts";
import { AccessDenied } from "../queries/access.ts";
import type { Authenticate } from "./parts.ts";
import { Unauthenticated } from "./problems.ts";

/** Who may call a route: those with a permission, or everybody. */
export type Access = Permission | "open";

/** A route that was registered, and its rule. */
export interface RouteRule {
  method: string;
  url: string;
  access: Access;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Every route with its rule, in the order in which they were registered. */
    rules: RouteRule[];
  }
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null on open routes, and where the key is not good. */
    principal: Principal | null;
    /** What the audit is to name: ids of lists and runs, pseudonyms of households. */
    touched: string[];
  }
}

/** A route's config: who may call it. */
export function allow(access: Access): { access: Access } {
  return { access };
}

/** The principal of a request that passed the route's rule. */
export function principalOf(request: { principal: Principal | null }): Principal {
  if (request.principal === null) throw new Unauthenticated();
  return request.principal;
}

/** From here on a route without a rule is refused when it is registered, and requests pass only by their route's rule. */
export function demandRules(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest("principal", null);
  app.decorateRequest("touched");
  app.addHook("onRoute", ({ method, url, config }) => {
    const access = config?.access;
    if (access === undefined) throw new Error(`the route ${String(method)} ${url} does not say who may call it`);
    for (const each of [method].flat()) app.rules.push({ method: each, url, access });
  });
  app.addHook("onRequest", async (request) => {
    request.touched = [];
    if (request.routeOptions.config.access !== "open") request.principal = await authenticate(request);
  });
  // After the limit of requests, which counts by principal.
  app.addHook("preParsing", async (request) => {
    const { access } = request.routeOptions.config;
    if (access === "open") return;
    const principal = principalOf(request);
    if (access !== undefined && !may(principal, access)) throw new AccessDenied(`the role ${principal.role} does not include "${access}"`);
  });
}
