import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import { pino } from "pino";
import { type Api, buildApp } from "../api/app.ts";
import { authenticateBy, openIdOf } from "../api/authenticate.ts";
import { pageCache } from "../api/page-cache.ts";
import { openAudit } from "../cases/audit.ts";
import { datedChampion } from "../cases/dated-champion.ts";
import { modelEvents, standingsOf } from "../cases/model-states.ts";
import { databaseUrlOf, openStore } from "../cases/open-store.ts";
import { resolveShadows } from "../cases/promotions.ts";
import type { Store } from "../cases/store.ts";
import { authenticateToken } from "../cases/tokens.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { currentFile } from "../lists/published.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { publishedRuns } from "../queries/published-runs.ts";
import { startQueueService } from "../queue/service.ts";
import { localRequests } from "../runs/local-requests.ts";
import type { RunRequests } from "../runs/requests.ts";
import { startTimer, type TimerParts } from "../runs/timer.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import { print, type Register, sameData, wholeNumber } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { untilStopped } from "./until-stopped.ts";

interface Flags extends RunFlags {
  host: string;
  port: string;
  insecureLocal?: boolean;
  demo?: boolean;
  requestsPerMinute: string;
  cacheMb: string;
}

const now = () => new Date();

export const register: Register = (program: Command) => {
  withRunOptions(program.command("serve").description("serve the API, and work on runs here unless REDIS_URL names a queue"))
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--port <n>", "port; 0 takes a free one", "8080")
    .option("--insecure-local", "whoever asks from this machine without a key is the administrator of the whole country")
    .option("--demo", "serve the demo's data, made first when there is none; nothing runs by itself")
    .option("--requests-per-minute <n>", "of one principal", "600")
    .option("--cache-mb <n>", "memory for pages that are kept", "128")
    .action(serve);
};

async function serve(flags: Flags): Promise<void> {
  // V8 would learn from what lives since the start to make objects of requests old at once, and all that these point at then outlives its request.
  setFlagsFromString("--no-allocation-site-pretenuring");
  const data = dataDirectory(flags.data);
  const insecureLocal = flags.insecureLocal === true;
  requireLocal(flags.host, insecureLocal);
  const asked = askedOf(flags);
  if (flags.demo === true) makeDemo(data);
  const logger = pino(pino.destination({ dest: 2, sync: false }));
  const settings = runSettings(flags);
  const deployment = readDeployment(settings.deploymentFile);
  const store = await openStore({ data, databaseUrl: databaseUrlOf(process.env), doing: "aldyn serve" });
  const audit = await openAudit(store, { now });
  const models = { champion: (isSynthetic: boolean) => datedChampion(store, data, isSynthetic), shadows: () => resolveShadows(store) };
  const options = { ...settings, data, now, ...models };
  const onWord = (words: string) => logger.info(words);
  const runs = startRuns({ options, place: { ...settings, data: data.root }, onWord, hasTimer: flags.demo !== true });
  const published = publishedRuns({ data, now, sessions: 4, onChange: (run_id) => logger.info({ run_id }, "this run is shown now") });
  const app = await buildApp({
    sources: { data, deployment, published, now, standings: async () => standingsOf(await modelEvents(store)) },
    authenticate: authenticateBy({ ...asked, ownKey: (token) => authenticateToken(store, token, now()), insecureLocal, now }),
    audit,
    runRequests: runs.requests,
    logger,
    cache: pageCache(asked.cacheMb * 2 ** 20),
    mostPerMinute: asked.requestsPerMinute,
  });
  const stop = async (isHurried: boolean) => {
    await app.close();
    await runs.close(isHurried);
    await published.close();
    await audit.close();
    await store.close();
    logger.flush();
  };
  await listen(app, flags.host, asked.port).catch(async (error: unknown) => {
    await stop(true);
    throw error;
  });
  if (insecureLocal)
    logger.warn("--insecure-local: whoever asks from this machine without a key is the administrator of the whole country");
  const url = `http://${flags.host.includes(":") ? `[${flags.host}]` : flags.host}:${(app.server.address() as AddressInfo).port}`;
  print({ url, data: data.root, store: store.kind, insecure_local: insecureLocal }, flags, () =>
    whatToOpen(url, { ...flags, store: store.kind }),
  );
  await untilStopped((isHurried) => {
    logger.info("stopping: no new requests; those under way end first");
    return stop(isHurried);
  });
}

/** What flags and environment ask for, checked before anything is opened. */
function askedOf({ port, cacheMb, requestsPerMinute }: Flags) {
  return {
    port: wholeNumber("--port", port, 0, 65_535),
    cacheMb: wholeNumber("--cache-mb", cacheMb, 1, 100_000),
    requestsPerMinute: wholeNumber("--requests-per-minute", requestsPerMinute, 1),
    openId: openIdOf(process.env),
  };
}

const whyNotThere: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there; give another --port, or stop it",
  EADDRNOTAVAIL: "this machine has no such address; give another --host",
  EACCES: "this user may not listen there; give a --port above 1023",
  ENOTFOUND: "there is no such host; give another --host",
};

async function listen(app: Api, host: string, port: number): Promise<void> {
  await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    const why = whyNotThere[error.code ?? ""];
    throw why === undefined ? error : new UserError("cannot_listen", `cannot listen on ${host}:${port}: ${why}`, { cause: error });
  });
}

function requireLocal(host: string, insecureLocal: boolean): void {
  if (insecureLocal && !["127.0.0.1", "::1", "localhost"].includes(host))
    throw new UserError(
      "insecure_host",
      `--insecure-local asks for no key, so it listens on this machine only, not on ${host}; leave one of the two out`,
      {
        exitCode: 2,
      },
    );
}

/** Runs worked on in this process and begun by a timer; or on the queue that REDIS_URL names, this process taking part in it. */
function startRuns(parts: Omit<TimerParts, "requests"> & { hasTimer: boolean }): {
  requests: RunRequests;
  close(isHurried: boolean): Promise<void>;
} {
  const { options, place, onWord, hasTimer } = parts;
  const redisUrl = process.env.REDIS_URL;
  if (redisUrl !== undefined && redisUrl !== "")
    return startQueueService({ redisUrl, options, place, works: true, schedules: hasTimer, onWord });
  const requests = localRequests(options, place);
  const timer = hasTimer ? startTimer({ options, place, requests, onWord }) : undefined;
  for (const { pipeline, at } of timer?.next ?? []) onWord(`${pipeline} is begun next at ${at}`);
  return {
    requests,
    async close() {
      await timer?.stop();
      await requests.close();
    },
  };
}

/** Makes the demo's data where nothing has been published yet. */
function makeDemo(data: DataDirectory): void {
  if (existsSync(currentFile(data))) return;
  const { status } = spawnSync(process.execPath, [projectFile("src/cli/aldyn.js"), "demo", "--data", data.root], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new UserError("no_demo", "the demo's data could not be made; what went wrong stands above");
}

/** What a person is told at the start. A PGlite is this process's alone while it serves, so that keys are made before. */
export function whatToOpen(
  url: string,
  { insecureLocal, store, data }: Pick<Flags, "insecureLocal" | "data"> & { store: Store["kind"] },
): string {
  const command = `npx aldyn token create --role analyst --areas all --expires 30d${sameData({ data })}`;
  const when = store === "pglite" ? "Make a key, while this is stopped" : "Make a key";
  const key = insecureLocal === true ? [] : [`${when}: ${command}`, ""];
  return [
    "What to open:",
    `  the API and what it takes   ${url}/docs`,
    `  lists                       ${url}/v1/lists`,
    `  runs                        ${url}/v1/runs`,
    `  figures for Prometheus      ${url}/metrics`,
    "",
    ...key,
    "Stop with Ctrl-C.",
  ].join("\n");
}
