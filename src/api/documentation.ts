import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { packageVersion } from "../domain/project-files.ts";
import { allow } from "./access-rule.ts";
import type { Api } from "./app.ts";

/** OpenAPI 3.1 made from the routes, at /docs/json, and a page of it at /docs. Both are open: they hold no data. */
export async function documentation(app: Api): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Aldyn",
        version: packageVersion(),
        description:
          "Whom to visit first, why, and what can be offered. Lists order outreach only: never to refuse, reduce or check on help.",
      },
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(async (page) => {
    page.addHook("onRoute", (route) => {
      route.config = { ...route.config, ...allow("open") };
      for (const method of [route.method].flat()) app.rules.push({ method, url: route.url, access: "open" });
    });
    await page.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });
  });
}
