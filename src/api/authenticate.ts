import type { FastifyRequest } from "fastify";
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { type Principal, roles } from "../domain/principal.ts";
import { areaPrefix } from "../lists/list-id.ts";
import type { Authenticate } from "./parts.ts";

/** An OpenID provider whose tokens are taken. */
export interface OpenIdProvider {
  issuer: string;
  audience: string;
  /** Where its keys are; they are fetched again when a token names an unknown one. */
  keys: JWTVerifyGetKey;
  /** Claims that say the role and the areas of who asks. */
  claims: { role: string; areas: string };
}

export interface Authentication {
  /** The principal of one of our own keys (`aldyn_...`). */
  ownKey(token: string): Promise<Principal | null>;
  openId?: OpenIdProvider | undefined;
  /** Takes whoever asks from this machine without a key for the administrator of the whole country. */
  insecureLocal: boolean;
  now(): Date;
}

/** The provider that the environment names, or undefined. A UserError says which setting is missing. */
export function openIdOf(environment: NodeJS.ProcessEnv): OpenIdProvider | undefined {
  const { ALDYN_OIDC_ISSUER: issuer, ALDYN_OIDC_AUDIENCE: audience, ALDYN_OIDC_JWKS_URL: keys } = environment;
  if (issuer === undefined && audience === undefined && keys === undefined) return undefined;
  if (!issuer || !audience || !keys)
    throw new UserError("bad_openid", "set all of ALDYN_OIDC_ISSUER, ALDYN_OIDC_AUDIENCE and ALDYN_OIDC_JWKS_URL, or none of them", {
      exitCode: 2,
    });
  if (!isSafe(keys))
    throw new UserError(
      "bad_openid",
      "ALDYN_OIDC_JWKS_URL: give an address that begins with https://; http:// is for a provider on this machine, since whoever stands between could send keys of their own",
      { exitCode: 2 },
    );
  const claims = { role: environment.ALDYN_OIDC_ROLE_CLAIM || "aldyn_role", areas: environment.ALDYN_OIDC_AREAS_CLAIM || "aldyn_areas" };
  return { issuer, audience, claims, keys: createRemoteJWKSet(new URL(keys), { timeoutDuration: 5000, cooldownDuration: 10_000 }) };
}

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

/** Finds out who sends a request: by one of our own keys, by a provider's token, or as somebody at this machine. */
export function authenticateBy(authentication: Authentication): Authenticate {
  const ownKey = remembered(authentication.ownKey, authentication.now);
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return authentication.insecureLocal && isFromHere(request) ? local : null;
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) return null;
    const principal = token.startsWith("aldyn_") ? await ownKey(token) : await ofProvider(token, authentication);
    return principal && withPrefixes(principal);
  };
}

const local: Principal = { id: "local", role: "admin", areas: [""] };
const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** A page of another site that a browser here was made to open comes under that site's name: only this machine's own are taken. */
function isFromHere(request: FastifyRequest): boolean {
  return (
    loopback.test(request.socket.remoteAddress ?? "") && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")
  );
}

async function ofProvider(token: string, { openId, now }: Authentication): Promise<Principal | null> {
  if (openId === undefined) return null;
  const { issuer, audience, keys, claims } = openId;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
      requiredClaims: ["sub", "exp"],
      clockTolerance: 5,
      currentDate: now(),
    });
    return principalIn(payload, claims);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ERR_JWKS_TIMEOUT" || code === "ERR_JOSE_GENERIC" || code === undefined)
      throw Object.assign(new Error("the OpenID provider's keys cannot be read now; ask again later", { cause: error }), {
        statusCode: 503,
      });
    return null;
  }
}

/** Who a provider's token speaks of, under a pseudonym: its subject may be a name. */
function principalIn(payload: JWTPayload, claims: OpenIdProvider["claims"]): Principal | null {
  const role = roles.find((each) => each === payload[claims.role]);
  const areas = payload[claims.areas];
  if (role === undefined || !Array.isArray(areas) || !areas.every((area): area is string => typeof area === "string")) return null;
  return { id: `openid-${sha256(`${payload.iss} ${payload.sub}`).slice(0, 16)}`, role, areas };
}

/** The same with areas as KATO prefixes: 610000000 is 61. One with an area that is none may look nowhere. */
function withPrefixes({ areas, ...principal }: Principal): Principal {
  return { ...principal, areas: areas.filter((area) => /^\d{0,9}$/.test(area)).map(areaPrefix) };
}

/** How long a key that was found good is not looked up again, in milliseconds: one that is revoked ends within that. */
const rememberMs = 1000;
const mostRemembered = 1000;

function remembered(find: Authentication["ownKey"], now: () => Date): Authentication["ownKey"] {
  const found = new Map<string, { principal: Promise<Principal | null>; at: number }>();
  return (token) => {
    const key = sha256(token);
    const at = now().getTime();
    const known = found.get(key);
    if (known !== undefined && Math.abs(at - known.at) < rememberMs) return known.principal;
    if (found.size >= mostRemembered) found.clear();
    const principal = find(token);
    found.set(key, { principal, at });
    principal.then(
      (is) => is === null && found.delete(key),
      () => found.delete(key),
    );
    return principal;
  };
}
