import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Principal, type Role, roles } from "../src/domain/principal.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { keepSimulation } from "../src/simulation/kept.ts";
import { keyOf, type TestApi, testApi } from "./support/api.ts";
import { listedFamilies } from "./support/listed-families.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let api: TestApi;
let run: string;
let lists: Record<string, string>;
let model: string;
const simulation = "6".repeat(32);

const shadow = "5".repeat(64);
const shadowDiff = {
  ...{ shadow: { id: shadow, name: "other" }, champion: null, as_of: "2026-10-01" },
  ...{ listed: 2, would_enter: 1, would_leave: 1, jaccard: 1 / 3, ranked_by_both: 0, rank_correlation: null, tiers: {} },
  districts: ["751100000", "612000000"].map((district_code) => ({
    ...{ district_code, places: 5, listed: 1, would_enter: [pseudonym("poor")], would_leave: [], jaccard: 1 / 2 },
  })),
};

beforeAll(async () => {
  const listed = await listedFamilies(root);
  run = listed.id;
  model = listed.manifest.model!.id;
  writeFileSync(join(listed.runDirectory, "manifest.json"), JSON.stringify(listed.manifest));
  writeFileSync(join(listed.runDirectory, "ledger.jsonl"), `${JSON.stringify({ at: "2026-10-01T00:00:00Z", event: "run_finished" })}\n`);
  mkdirSync(join(listed.runDirectory, "check"), { recursive: true });
  const freshness = ["750000000", "610000000"].map((region_code) => ({
    table_name: "income",
    source: "register",
    region_code,
    row_count: 1,
  }));
  writeFileSync(join(listed.runDirectory, "check", "registry.json"), JSON.stringify({ tables: [], coverage: [], freshness, warnings: [] }));
  lists = (JSON.parse(readFileSync(join(listed.runDirectory, "publish", "manifest.json"), "utf8")) as { lists: Record<string, string> })
    .lists;
  writeFileSync(join(listed.runDirectory, "prioritise", `shadow-${shadow}.json`), JSON.stringify(shadowDiff));
  keepSimulation(listed.data, {
    ...{
      simulation_id: simulation,
      name: "kept",
      question: "?",
      change: { name: "kept", question: "?" },
      sample: 1,
      snapshot: 1,
      currency: "KZT",
    },
    ...{ programmes: [], regions: {}, days: [] },
  });
  api = await testApi(listed.data, { now: () => new Date("2026-10-02T00:00:00Z") });
});
afterAll(() => api.close());

/** Who may what, written down apart from the code: roles by route. The areas are those that a principal has when household and list lie in 75. */
const allOf: readonly Role[] = ["social_worker", "planner", "operator", "analyst", "admin"];
const readers: readonly Role[] = ["social_worker", "analyst", "admin"];
const keepers: readonly Role[] = ["operator", "analyst", "admin"];
const judges: readonly Role[] = ["analyst", "admin"];
/** What the areas say where the role may: refused with 403 or 404 from outside, or answered whatever they are (its content is cut: other tests). */
type ByArea = "403 outside" | "404 outside" | "cut to own" | "403 without the country";
interface Walked {
  route: string;
  url: () => string;
  roles: readonly Role[] | "everybody";
  byArea: ByArea;
  ok: number;
  payload?: object;
}
const walked: Walked[] = [
  { route: "GET /health/live", url: () => "/health/live", roles: "everybody", byArea: "cut to own", ok: 200 },
  { route: "GET /health/ready", url: () => "/health/ready", roles: "everybody", byArea: "cut to own", ok: 200 },
  { route: "GET /metrics", url: () => "/metrics", roles: ["operator", "admin"], byArea: "cut to own", ok: 200 },
  { route: "GET /v1/lists", url: () => "/v1/lists?area=7511", roles: readers, byArea: "403 outside", ok: 200 },
  { route: "GET /v1/lists/:id", url: () => `/v1/lists/${lists["7511"]}`, roles: readers, byArea: "403 outside", ok: 200 },
  { route: "GET /v1/lists/:id/entries", url: () => `/v1/lists/${lists["7511"]}/entries`, roles: readers, byArea: "403 outside", ok: 200 },
  {
    route: "GET /v1/lists/:id/entries",
    url: () => `/v1/lists/${lists[""]}/entries?area=7511`,
    roles: readers,
    byArea: "403 outside",
    ok: 200,
  },
  {
    route: "GET /v1/households/:id/explanation",
    url: () => `/v1/households/${pseudonym("poor")}/explanation`,
    roles: readers,
    byArea: "404 outside",
    ok: 200,
  },
  {
    route: "GET /v1/households/:id/need",
    url: () => `/v1/households/${pseudonym("poor")}/need`,
    roles: readers,
    byArea: "404 outside",
    ok: 200,
  },
  {
    route: "GET /v1/households/:id/entitlements",
    url: () => `/v1/households/${pseudonym("poor")}/entitlements`,
    roles: readers,
    byArea: "404 outside",
    ok: 200,
  },
  {
    route: "GET /v1/indicators",
    url: () => "/v1/indicators?area=7511",
    roles: ["planner", "analyst", "admin"],
    byArea: "403 outside",
    ok: 200,
  },
  { route: "GET /v1/recipients", url: () => "/v1/recipients?area=7511", roles: readers, byArea: "403 outside", ok: 200 },
  { route: "GET /v1/areas", url: () => "/v1/areas", roles: allOf, byArea: "cut to own", ok: 200 },
  {
    route: "GET /v1/aggregates",
    url: () => "/v1/aggregates?area=7511",
    roles: ["planner", "analyst", "admin"],
    byArea: "403 outside",
    ok: 200,
  },
  { route: "GET /v1/runs", url: () => "/v1/runs", roles: keepers, byArea: "cut to own", ok: 200 },
  {
    route: "POST /v1/runs",
    url: () => "/v1/runs",
    roles: ["operator", "admin"],
    byArea: "cut to own",
    ok: 202,
    payload: { pipeline: "nightly", as_of: "2026-10-01" },
  },
  { route: "GET /v1/runs/:id", url: () => `/v1/runs/${run}`, roles: keepers, byArea: "cut to own", ok: 200 },
  { route: "GET /v1/runs/:id/events", url: () => `/v1/runs/${run}/events`, roles: keepers, byArea: "cut to own", ok: 200 },
  { route: "GET /v1/sources", url: () => "/v1/sources", roles: keepers, byArea: "cut to own", ok: 200 },
  { route: "GET /v1/features", url: () => "/v1/features", roles: judges, byArea: "cut to own", ok: 200 },
  { route: "GET /v1/rules", url: () => "/v1/rules", roles: judges, byArea: "cut to own", ok: 200 },
  {
    route: "GET /v1/models/:id/monitoring",
    url: () => `/v1/models/${model}/monitoring`,
    roles: keepers,
    byArea: "cut to own",
    ok: 200,
  },
  {
    route: "GET /v1/models/:id/shadow-diff",
    url: () => `/v1/models/${shadow}/shadow-diff?run=${run}`,
    roles: keepers,
    byArea: "cut to own",
    ok: 200,
  },
  {
    route: "POST /v1/simulations",
    url: () => "/v1/simulations",
    roles: judges,
    byArea: "403 without the country",
    ok: 202,
    payload: { change: { name: "none", question: "what if nothing changed?" }, as_of: "2026-10-01" },
  },
  { route: "GET /v1/simulations", url: () => "/v1/simulations", roles: judges, byArea: "403 without the country", ok: 200 },
  {
    route: "GET /v1/simulations/:id",
    url: () => `/v1/simulations/${simulation}`,
    roles: judges,
    byArea: "403 without the country",
    ok: 200,
  },
  {
    // A kept simulation without what it was made from: past the rights it is told that this has changed.
    route: "GET /v1/simulations/:id/households/:household",
    url: () => `/v1/simulations/${simulation}/households/${pseudonym("poor")}`,
    roles: judges,
    byArea: "403 without the country",
    ok: 400,
  },
  { route: "GET /v1/models", url: () => "/v1/models", roles: judges, byArea: "cut to own", ok: 200 },
];
/** A principal's areas, and whether 7511 lies in them. */
const scopes: readonly { name: string; areas: string[]; holds: boolean }[] = [
  { name: "the area itself", areas: ["7511"], holds: true },
  { name: "its region", areas: ["75"], holds: true },
  { name: "the country", areas: [""], holds: true },
  { name: "several, one of them", areas: ["61", "75"], holds: true },
  { name: "another region", areas: ["61"], holds: false },
  { name: "another district of the region", areas: ["7512"], holds: false },
  { name: "none", areas: [], holds: false },
];

describe("access", () => {
  test("each route answers those whose role and area allow it, and nobody else", async () => {
    let tried = 0;
    const wrong: string[] = [];
    for (const { route, url, roles: may, byArea, ok, payload } of walked)
      for (const role of roles)
        for (const { name, areas, holds } of scopes) {
          const principal: Principal = { id: `${role}-1`, role, areas };
          const [method] = route.split(" ") as ["GET" | "POST"];
          const isHeld = byArea === "403 without the country" ? areas.includes("") : holds || byArea === "cut to own";
          const expected = may !== "everybody" && !may.includes(role) ? 403 : isHeld ? ok : Number(byArea.slice(0, 3));
          for (const asked of method === "GET" ? (["GET", "HEAD"] as const) : ([method] as const)) {
            const { statusCode } = await api.app.inject({
              method: asked,
              url: url(),
              headers: keyOf(principal),
              ...(payload && { payload }),
            });
            tried += 1;
            if (statusCode !== expected) wrong.push(`${asked} ${route} as ${role} of ${name}: ${statusCode}, not ${expected}`);
          }
        }
    expect(wrong).toEqual([]);
    expect(tried).toBe(35 * (26 * 2 + 2));
    console.info(`access walk: ${walked.length} requests x ${roles.length} roles x ${scopes.length} areas, ${tried} tried`);
  });

  test("households that a shadow would list are named to those who read households, of their areas; to others only counts", async () => {
    const asked = async (role: Role, areas: string[]) => {
      const reply = await api.app.inject({ url: `/v1/models/${shadow}/shadow-diff`, headers: keyOf({ id: "p", role, areas }) });
      return reply.json() as { would_enter: number; districts: { district_code: string }[] | null };
    };
    expect((await asked("analyst", ["61"])).districts?.map(({ district_code }) => district_code)).toEqual(["612000000"]);
    expect((await asked("admin", [""])).districts).toHaveLength(2);
    expect(await asked("operator", [""])).toMatchObject({ would_enter: 1, districts: null });
  });

  test("without a key only the open routes answer; a wrong key is none", async () => {
    for (const { route, url, roles: may, payload } of walked)
      for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic YTpi" }]) {
        const [method] = route.split(" ") as ["GET" | "POST"];
        const { statusCode } = await api.app.inject({ method, url: url(), headers, ...(payload && { payload }) });
        expect(statusCode, route).toBe(may === "everybody" ? 200 : 401);
      }
  });

  test("the walk saw every route that is registered, and the page of the documentation is the only one beside it", () => {
    const registered = new Set(api.app.rules.filter(({ method }) => method !== "HEAD").map(({ method, url }) => `${method} ${url}`));
    const documentation = [...registered].filter((route) => /^GET \/docs(\/|$)/.test(route));
    expect(documentation.length).toBeGreaterThan(3);
    expect(api.app.rules.filter(({ url }) => /^\/docs(\/|$)/.test(url)).every(({ access }) => access === "open")).toBe(true);
    expect([...registered].filter((route) => !documentation.includes(route)).sort()).toEqual(
      [...new Set(walked.map(({ route }) => route))].sort(),
    );
    // What the router itself knows, apart from our own record of it.
    const paths = [...registered].map((route) => route.split(" ")[1] as string);
    const known = (method: "GET" | "POST", url: string) => api.app.hasRoute({ method, url });
    for (const route of registered) expect(known(...(route.split(" ") as ["GET", string])), route).toBe(true);
    const leaves = api.app
      .printRoutes({ commonPrefix: false })
      .split("\n")
      .filter((line) => /\((GET|POST|PUT|PATCH|DELETE|OPTIONS)/.test(line));
    expect(leaves.length).toBe(new Set(paths).size);
  });

  test("a route that does not say who may call it is refused at the start", async () => {
    const { data } = api.parts.sources;
    await expect(testApi(data, { extra: (app) => void app.get("/v1/secret", async () => "everything") })).rejects.toThrow(
      "GET /v1/secret does not say who may call it",
    );
  });
});

describe("queries", () => {
  const directory = projectFile("src/queries");
  const infrastructure = new Set(["access.ts", "cursor.ts", "parts.ts", "published-runs.ts", "session-pool.ts", "suppression.ts"]);
  const files = readdirSync(directory).filter((file) => !infrastructure.has(file));

  test("each read takes who asks first, and checks it", () => {
    let seen = 0;
    for (const file of files) {
      const text = readFileSync(join(directory, file), "utf8");
      for (const [, name, rest] of text.matchAll(/export (?:async )?function (\w+)\(([\s\S]*?)\n}\n/g)) {
        seen += 1;
        expect(rest?.trimStart().startsWith("principal: Principal"), `${file}: ${name}`).toBe(true);
        expect(rest, `${file}: ${name}`).toMatch(/requirePermission\(principal, "/);
      }
    }
    expect(seen).toBeGreaterThanOrEqual(14);
  });

  test("no route reads by another way", () => {
    const routes = projectFile("src/api/routes");
    for (const file of readdirSync(routes)) {
      const text = readFileSync(join(routes, file), "utf8");
      for (const [, from] of text.matchAll(/from "\.\.\/\.\.\/(\w+)\//g)) expect(["queries", "domain"], file).toContain(from);
    }
  });
});
