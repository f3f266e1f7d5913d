import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { LastEnding, RunFigures } from "../queries/figures.ts";
import type { ApiParts } from "./parts.ts";

/** What is read anew for each telling; what there is not is undefined. */
interface Read {
  /** Of the run that is shown. */
  figures: RunFigures | undefined;
  lastEnding: LastEnding | undefined;
}

/** Figures for Prometheus: of requests as they come; `text` adds those of runs. */
export function metricsOf(
  app: FastifyInstance,
  { runRequests, cache }: ApiParts,
): { contentType: string; text(read: Read): Promise<string> } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: "aldyn_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const requests = new Counter({
    name: "aldyn_http_requests_total",
    help: "Requests",
    labelNames: ["method", "route", "status"],
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? "none", status: reply.statusCode };
    requests.inc(labels);
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
  new Gauge({
    name: "aldyn_cache_bytes",
    help: "Bytes of pages kept in memory",
    registers,
    collect() {
      this.set(cache.size());
    },
  });
  new Gauge({
    name: "aldyn_queue_jobs",
    help: "Jobs by state",
    labelNames: ["state"],
    registers,
    async collect() {
      this.reset();
      const depth = await runRequests.depth().catch(() => ({}));
      for (const [state, jobs] of Object.entries(depth)) this.set({ state }, jobs);
    },
  });
  const show = figuresIn(registers);
  return {
    contentType: registry.contentType,
    text(read) {
      show(read);
      return registry.metrics();
    },
  };
}

function setOrUnknown(gauge: Gauge, value: number | null): void {
  gauge.set(value ?? Number.NaN);
}

/** Gauges of the run that is shown and of the one that ended last, and what sets them. */
function figuresIn(registers: Registry[]): (read: Read) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `aldyn_${name}`, help, labelNames, registers });
  const run = gauge("run_seconds", "How long the run that is shown took");
  const step = gauge("step_seconds", "How long its steps took", ["step"]);
  const rows = gauge("step_rows", "What its steps counted", ["step", "count"]);
  const share = gauge("quarantine_share", "Share of the rows read that were refused", ["source", "table"]);
  const freshness = gauge("freshness_seconds", "Age of a source's newest row in a region", ["source", "table", "region"]);
  const age = gauge("list_age_seconds", "Time since the day of the list that is shown");
  const drifted = gauge("model_drifted_features", "Features that have drifted from what the model learned from");
  const index = gauge("model_score_psi", "Population stability index of the model's score");
  const precision = gauge("model_expected_precision", "Precision at 5 % that is expected of the model");
  const fallback = gauge("model_fallback", "1 where the list goes on without its champion by an alert of monitoring");
  const failed = gauge("last_run_failed", "1 where the run that ended last failed or was abandoned, shown or not");
  const ended = gauge("last_run_age_seconds", "Time since a run ended");
  const ofTheRun = [run, age, drifted, index, precision, fallback];
  return ({ figures, lastEnding }) => {
    for (const each of [step, rows, share, freshness]) each.reset();
    // A gauge that was reset shows 0, which would read as a list of today and no drift; what there is not, or was not measured, is NaN.
    for (const each of ofTheRun) each.set(Number.NaN);
    setOrUnknown(failed, lastEnding === undefined ? null : Number(lastEnding.isFailed));
    setOrUnknown(ended, lastEnding?.secondsAgo ?? null);
    if (figures === undefined) return;
    const { monitoring } = figures;
    age.set(figures.listAgeSeconds);
    setOrUnknown(run, figures.runSeconds);
    setOrUnknown(drifted, monitoring.drifted);
    setOrUnknown(index, monitoring.scoreIndex);
    setOrUnknown(precision, monitoring.expectedPrecision);
    fallback.set(monitoring.isFallback ? 1 : 0);
    for (const { step: name, seconds, counts } of figures.steps) {
      if (seconds !== null) step.set({ step: name }, seconds);
      for (const [count, value] of Object.entries(counts)) rows.set({ step: name, count }, value);
    }
    for (const { source, table, rows_read, rows_quarantined } of figures.loaded)
      share.set({ source, table }, rows_read === 0 ? 0 : rows_quarantined / rows_read);
    for (const { source, table, region, ageSeconds } of figures.freshness) freshness.set({ source, table, region }, ageSeconds);
  };
}
