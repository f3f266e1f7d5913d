import { z } from "zod";

const File = z.string().min(1);
const Variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of an environment variable; the secret itself has no place here");

const Tls = z.strictObject({
  mode: z
    .enum(["verify-full", "verify-ca", "disable"])
    .optional()
    .describe(
      "`verify-full`: certificate and host name; `verify-ca`: the certificate only; `disable`: no encryption. When absent, `disable` on this machine, else `verify-full`",
    ),
  ca_file: File.optional().describe("PEM of who signs the server's certificate; when absent, those that Node trusts"),
  cert_file: File.optional().describe("PEM of the certificate that we show"),
  key_file: File.optional().describe("PEM of its key"),
});
export type Tls = z.infer<typeof Tls>;

/** How a PostgreSQL server is reached. */
export const PostgresServer = z.strictObject({
  url_env: Variable.optional().describe("the environment variable that holds `postgres://user:password@host:port/database`"),
  url_file: File.optional().describe("a file that holds it, in place of `url_env`"),
  password_file: File.optional().describe("a file that holds the password, where the address has none"),
  connect_timeout_seconds: z.int().min(1).max(600).default(30).describe("how long connecting may take"),
  silence_timeout_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(900)
    .describe("how long one statement may take, a batch or the search for what is new"),
  tls: Tls.optional().describe("encryption and certificates; paths are relative to this file"),
});
export type PostgresServer = z.infer<typeof PostgresServer>;

/** What is read of a PostgreSQL server. */
export const PostgresTable = z.strictObject({
  table: z.string().min(1).optional().describe("the table or view, with its schema: `registry.income`"),
  query: z.string().min(1).optional().describe("one select in place of a table"),
  watermark: z
    .union([z.literal(false), z.string().min(1)])
    .default("recorded_at")
    .describe("the date or timestamp column that grows as rows are added and changed; `false` reads everything each time"),
  overlap_hours: z.number().min(0).max(87_600).default(24).describe("how far before the last watermark the next pull begins"),
  full_every_days: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("everything is read again when the last full pull is so old; when absent, 7 for a view or query, never for a table"),
  batch_rows: z.int().min(1).max(1_000_000).default(10_000).describe("rows in memory at once"),
});
export type PostgresTable = z.infer<typeof PostgresTable>;

/** How an HTTP server is reached. */
export const HttpServer = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("where paths begin: `https://host/api/`; without a password"),
  token_env: Variable.optional().describe("the environment variable that holds the bearer token"),
  token_file: File.optional().describe("a file that holds it, in place of `token_env`"),
  tls: Tls.omit({ mode: true }).optional().describe("certificates; paths are relative to this file"),
  insecure: z.boolean().default(false).describe("allows `http:` to other machines: everybody between can read along"),
  timeout_seconds: z.number().min(0.05).max(3600).default(60).describe("how long one page may take in all"),
  attempts: z.int().min(1).max(100).default(6).describe("how often a page is asked for"),
  retry_delay_seconds: z
    .number()
    .min(0.001)
    .max(60)
    .default(1)
    .describe("before the second attempt; doubles with each, times a random 1 to 2, at most a minute"),
  max_wait_seconds: z.number().min(0).max(86_400).default(900).describe("the longest `Retry-After` that is waited for"),
  max_page_mb: z.number().min(0.001).max(1024).default(64).describe("the largest page that is taken"),
});
export type HttpServer = z.infer<typeof HttpServer>;

const Paging = z.strictObject({
  by: z.enum(["cursor", "link", "page"]).describe("see [HTTP](#http)"),
  parameter: z.string().min(1).optional().describe("cursor and page: the query parameter that asks for the next page"),
  field: z.string().min(1).optional().describe("cursor and link: where the next one stands in a JSON reply, as `meta.next`"),
  header: z.string().min(1).optional().describe("cursor: the reply's header with the next one, in place of `field`"),
  first: z.int().min(0).optional().describe("page: number of the first page; 1 when absent"),
});

/** What is read of an HTTP server. */
export const HttpTable = z.strictObject({
  path: z.string().default("").describe("added to `url`"),
  query: z.record(z.string(), z.string()).default({}).describe("query parameters of each request, as texts; no secrets"),
  format: z.enum(["json", "ndjson"]).default("json").describe("`ndjson`: a row a line"),
  rows: z
    .string()
    .min(1)
    .optional()
    .describe("where the list of rows stands in a JSON reply, as `data.items`; when absent, the reply is the list"),
  columns: z.array(z.string().min(1)).default([]).describe("names that a row may have; needed for those that may be missing in all rows"),
  paging: Paging.optional().describe("how to ask for the next page; when absent, there is one"),
});
export type HttpTable = z.infer<typeof HttpTable>;
