import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Audit } from "../cases/audit.ts";
import type { Principal } from "../domain/principal.ts";
import type { Sources } from "../queries/parts.ts";
import type { RunRequests } from "../runs/requests.ts";
import type { PageCache } from "./page-cache.ts";

/** Who sends a request; null when it has no key, or one that is not good. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

/** What the API is made of. */
export interface ApiParts {
  sources: Sources;
  authenticate: Authenticate;
  audit: Pick<Audit, "record">;
  runRequests: Pick<RunRequests, "request" | "depth">;
  logger: Logger;
  cache: PageCache;
  /** Requests a minute of one principal. */
  mostPerMinute: number;
  /** After so long a request is given up, in milliseconds. */
  timeLimitMs?: number;
}
