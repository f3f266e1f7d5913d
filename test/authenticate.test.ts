import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyRequest } from "fastify";
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authenticateBy, openIdOf } from "../src/api/authenticate.ts";
import type { Principal } from "../src/domain/principal.ts";

const now = () => new Date("2026-10-01T12:00:00Z");
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
const request = (authorization?: string, { host = "127.0.0.1:8080", remoteAddress = "127.0.0.1" } = {}) =>
  ({ headers: { host, ...(authorization && { authorization }) }, socket: { remoteAddress } }) as unknown as FastifyRequest;
const nobody = async () => null;

describe("a token of the OpenID provider", () => {
  let provider: Server;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>[];
  let shown: object[] = [];
  let fetched = 0;
  let authenticate: ReturnType<typeof authenticateBy>;
  beforeAll(async () => {
    keys = [await generateKeyPair("ES256"), await generateKeyPair("ES256")];
    provider = createServer((_, reply) => {
      fetched += 1;
      reply.setHeader("content-type", "application/json").end(JSON.stringify({ keys: shown }));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => provider.once("listening", resolve));
    shown = [await publicKey(0)];
    const openId = openIdOf({
      ALDYN_OIDC_ISSUER: "https://id.example",
      ALDYN_OIDC_AUDIENCE: "aldyn",
      ALDYN_OIDC_JWKS_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
    });
    authenticate = authenticateBy({ ownKey: nobody, openId, insecureLocal: false, now });
  });
  afterAll(() => provider.close());

  const publicKey = async (number: number) => ({ ...(await exportJWK(keys[number]!.publicKey)), kid: `key-${number}`, alg: "ES256" });
  const token = (claims: JWTPayload = {}, { key = 0, kid = key }: { key?: number; kid?: number } = {}) =>
    new SignJWT({
      iss: "https://id.example",
      aud: "aldyn",
      sub: "Айгуль",
      exp: seconds(now()) + 60,
      aldyn_role: "analyst",
      aldyn_areas: ["610000000", "7511"],
      ...claims,
    })
      .setProtectedHeader({ alg: "ES256", kid: `key-${kid}` })
      .sign(keys[key]!.privateKey);
  const principal = async (made: Promise<string>) => authenticate(request(`Bearer ${await made}`));

  test("says who asks under a pseudonym, with role and areas as prefixes", async () => {
    const found = (await principal(token())) as Principal;
    expect(found).toMatchObject({ role: "analyst", areas: ["61", "7511"] });
    expect(found.id).toMatch(/^openid-[0-9a-f]{16}$/);
    expect((await principal(token({ sub: "other" })))?.id).not.toBe(found.id);
  });

  test.each([
    ["of another issuer", { iss: "https://other.example" }],
    ["for another audience", { aud: "other" }],
    ["that has expired", { exp: seconds(now()) - 10 }],
    ["that is not valid yet", { nbf: seconds(now()) + 60 }],
    ["without an end", { exp: undefined as never }],
    ["of an unknown role", { aldyn_role: "root" }],
    ["without areas", { aldyn_areas: undefined }],
    ["with areas that are no list", { aldyn_areas: "61" }],
  ])("%s is refused", async (_, claims) => {
    expect(await principal(token(claims))).toBeNull();
  });

  test("whose provider says role and areas in claims of other names is understood when they are set", async () => {
    const environment = {
      ALDYN_OIDC_ISSUER: "https://id.example",
      ALDYN_OIDC_AUDIENCE: "aldyn",
      ALDYN_OIDC_JWKS_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
      ALDYN_OIDC_ROLE_CLAIM: "https://id.example/role",
      ALDYN_OIDC_AREAS_CLAIM: "regions",
    };
    const other = authenticateBy({ ownKey: nobody, openId: openIdOf(environment), insecureLocal: false, now });
    const claims = { "https://id.example/role": "planner", regions: ["10"] };
    expect(await other(request(`Bearer ${await token(claims)}`))).toMatchObject({ role: "planner", areas: ["10"] });
    expect(await other(request(`Bearer ${await token()}`))).toBeNull();
  });

  test("signed by another key, by none, or changed is refused", async () => {
    expect(await principal(token({}, { key: 1, kid: 0 }))).toBeNull();
    const [head, body, signature] = (await token()).split(".") as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    for (const forged of [`${none}.${body}.`, `${head}.${body.slice(0, -4)}AAAA.${signature}`, "a.b.c", ""])
      expect(await authenticate(request(`Bearer ${forged}`))).toBeNull();
  });

  test("an area that is none opens nothing", async () => {
    expect(await principal(token({ aldyn_areas: ["Almaty", "61"] }))).toMatchObject({ areas: ["61"] });
  });

  test("by a key that the provider has just begun to use is taken once its keys are read again", async () => {
    const url = new URL(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`);
    const openId = {
      issuer: "https://id.example",
      audience: "aldyn",
      claims: { role: "aldyn_role", areas: "aldyn_areas" },
      keys: createRemoteJWKSet(url, { cooldownDuration: 0 }),
    };
    const rotating = authenticateBy({ ownKey: nobody, openId, insecureLocal: false, now });
    expect(await rotating(request(`Bearer ${await token()}`))).toMatchObject({ role: "analyst" });
    expect(await rotating(request(`Bearer ${await token({}, { key: 1 })}`))).toBeNull();
    shown = [await publicKey(1)];
    const before = fetched;
    expect(await rotating(request(`Bearer ${await token({}, { key: 1 })}`))).toMatchObject({ role: "analyst" });
    expect(fetched).toBe(before + 1);
    expect(await rotating(request(`Bearer ${await token()}`))).toBeNull();
  });

  test("settings of which one is missing are refused with all names", () => {
    expect(openIdOf({})).toBeUndefined();
    expect(() => openIdOf({ ALDYN_OIDC_ISSUER: "https://id.example" })).toThrow("ALDYN_OIDC_AUDIENCE");
    const keysAt = (address: string) =>
      openIdOf({ ALDYN_OIDC_ISSUER: "https://id.example", ALDYN_OIDC_AUDIENCE: "aldyn", ALDYN_OIDC_JWKS_URL: address });
    for (const address of ["keys", "http://id.example/keys", "file:///keys", "http://127.0.0.1.example/keys"])
      expect(() => keysAt(address), address).toThrow("ALDYN_OIDC_JWKS_URL");
    for (const address of ["https://id.example/keys", "http://127.0.0.1:9/keys", "http://[::1]:9/keys", "http://localhost/keys"])
      expect(keysAt(address), address).toBeDefined();
  });
});

describe("one of our own keys", () => {
  const own: Principal = { id: "p1", role: "planner", areas: ["750000000", "6110"] };

  test("is looked up once a second at most, so that one that is revoked ends", async () => {
    let clock = 0;
    let asked = 0;
    let isRevoked = false;
    const ownKey = async () => {
      asked += 1;
      return isRevoked ? null : own;
    };
    const authenticate = authenticateBy({ ownKey, insecureLocal: false, now: () => new Date(clock) });
    const ask = () => authenticate(request("Bearer aldyn_0_1"));
    expect(await ask()).toEqual({ ...own, areas: ["75", "6110"] });
    await ask();
    expect(asked).toBe(1);
    isRevoked = true;
    clock = 1000;
    expect(await ask()).toBeNull();
    expect(await ask()).toBeNull();
    expect(asked).toBe(3);
  });
});

describe("without a key", () => {
  const of = (insecureLocal: boolean) => authenticateBy({ ownKey: nobody, insecureLocal, now });

  test("nobody is let in, unless from this machine where that was allowed", async () => {
    expect(await of(false)(request())).toBeNull();
    expect(await of(true)(request())).toEqual({ id: "local", role: "admin", areas: [""] });
    expect(await of(true)(request(undefined, { remoteAddress: "10.0.0.7" }))).toBeNull();
    expect(await of(true)(request("Bearer aldyn_0_1"))).toBeNull();
  });

  test("a page of another site in a browser here is not let in", async () => {
    expect(await of(true)(request(undefined, { host: "evil.example:8080" }))).toBeNull();
    expect(await of(true)(request(undefined, { host: "localhost:8080" }))).not.toBeNull();
  });
});
