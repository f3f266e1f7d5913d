import { pino } from "pino";
import { buildApp } from "../../src/api/app.ts";
import { pageCache } from "../../src/api/page-cache.ts";
import type { ApiParts } from "../../src/api/parts.ts";
import type { AuditEntry } from "../../src/cases/audit-record.ts";
import type { Principal } from "../../src/domain/principal.ts";
import { projectFile } from "../../src/domain/project-files.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { publishedRuns } from "../../src/queries/published-runs.ts";
import type { DataDirectory } from "../../src/warehouse/data-directory.ts";

/** An API over a data directory whose keys are principals as JSON in base64url, and what it wrote into its audit and log. */
export interface TestApi {
  app: Awaited<ReturnType<typeof buildApp>>;
  audited: AuditEntry[];
  logged: Record<string, unknown>[];
  parts: ApiParts;
  close(): Promise<void>;
}

export async function testApi(
  data: DataDirectory,
  changes: Partial<ApiParts> & { now?: () => Date; extra?: Parameters<typeof buildApp>[1] } = {},
): Promise<TestApi> {
  const { now = () => new Date(), extra, ...given } = changes;
  const audited: AuditEntry[] = [];
  const logged: Record<string, unknown>[] = [];
  const published = publishedRuns({ data, now, sessions: 3 });
  const parts: ApiParts = {
    sources: { data, deployment: readDeployment(projectFile("models/deployment.yaml")), published, now, standings: async () => new Map() },
    authenticate: async (request) => readKey(request.headers.authorization),
    audit: { record: async (entry) => void audited.push(entry) },
    runRequests: {
      request: async () => ({ run_id: "0".repeat(32), state: "requested" }),
      depth: async () => ({ active: 1, waiting: 2 }),
    },
    logger: pino({ base: null }, { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) }),
    cache: pageCache(2 ** 24),
    mostPerMinute: 1_000_000,
    ...given,
  };
  const app = await buildApp(parts, extra);
  await app.ready();
  const close = async () => {
    await app.close();
    await published.close();
  };
  return { app, audited, logged, parts, close };
}

/** The headers by which a principal asks. */
export function keyOf(principal: Principal): { authorization: string } {
  return { authorization: `Bearer ${Buffer.from(JSON.stringify(principal)).toString("base64url")}` };
}

export const admin: Principal = { id: "admin-1", role: "admin", areas: [""] };

function readKey(header: string | undefined): Principal | null {
  if (header === undefined) return null;
  try {
    return JSON.parse(Buffer.from(header.replace("Bearer ", ""), "base64url").toString()) as Principal;
  } catch {
    return null;
  }
}
