import { createHash } from "node:crypto";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import { quoted } from "../warehouse/session.ts";
import type { Source } from "./source-shapes.ts";

/** Whose number it is; part of what is hashed, so that a person and a household with the same number get different pseudonyms. */
export type IdKind = "household" | "person";

/** Said once by a load that makes pseudonyms with the demonstration's key. */
export const demoKeyNotice = "made-up registers: pseudonyms are made with the public demonstration key, which protects nobody";

/** How numbers of a source become pseudonyms: HMAC-SHA-256 with a key, or as they are. */
export type Pseudonyms = { keyed: true; key: Uint8Array; fingerprint: string } | { keyed: false; fingerprint: string };

/** The public key of demonstrations: pseudonyms made with it protect nobody. */
const demoKey = createHash("sha256").update("aldyn demonstration key: not secret").digest();

/** The source's way to pseudonyms. A UserError says how to make a key when there is none. */
export function pseudonymsOf(source: Source, environment: NodeJS.ProcessEnv): Pseudonyms {
  if (source.pseudonymous) return { keyed: false, fingerprint: "pseudonymous" };
  if (source.key === "demo" && !source.synthetic)
    throw new UserError(
      "public_key",
      `${source.file}: key: demo is public, so pseudonyms made with it protect nobody, and ${source.source} is not synthetic: true. ` +
        "Remove key: demo and set ALDYN_PSEUDONYM_KEY (make one once, keep it safe and never change it: openssl rand -hex 32)",
    );
  const key = source.key === "demo" ? demoKey : keyFrom(source, environment.ALDYN_PSEUDONYM_KEY);
  return { keyed: true, key, fingerprint: createHash("sha256").update("fingerprint").update(key).digest("hex").slice(0, 16) };
}

function keyFrom(source: Source, text: string | undefined): Uint8Array {
  if (text === undefined || !/^[0-9a-fA-F]{64}$/.test(text))
    throw new UserError(
      "no_pseudonym_key",
      `${source.source} holds direct identifiers, and ALDYN_PSEUDONYM_KEY ${text === undefined ? "is not set" : "is not 64 hexadecimal digits"}. ` +
        "Make a key once, keep it safe and never change it: openssl rand -hex 32",
    );
  return Buffer.from(text, "hex");
}

/** Binds the key's two pads to the session (HMAC, RFC 2104), so that no statement's text holds them. */
export async function bindKey(session: Session, pseudonyms: Pseudonyms): Promise<void> {
  const block = new Uint8Array(64);
  if (pseudonyms.keyed) block.set(pseudonyms.key);
  await session.run("set variable inner_pad = $pad", { pad: block.map((byte) => byte ^ 0x36) });
  await session.run("set variable outer_pad = $pad", { pad: block.map((byte) => byte ^ 0x5c) });
}

/** Forgets the key. */
export async function unbindKey(session: Session): Promise<void> {
  await session.script("reset variable inner_pad; reset variable outer_pad");
}

/**
 * SQL of the first half of a pseudonym, the HMAC's inner hash: keyed already, so it may be stored where the number itself may not.
 * It needs no unhex, so that DuckDB computes it once for each entry of a Parquet dictionary.
 */
export function innerSql(pseudonyms: Pseudonyms, kind: IdKind, expression: string): string {
  const number = `nullif(trim(cast(${expression} as varchar)), '')`;
  return pseudonyms.keyed ? `sha256(getvariable('inner_pad') || encode(${quoted(`${kind}:`)} || ${number}))` : number;
}

/** SQL of the pseudonym, 32 hexadecimal digits, from its first half. */
export function outerSql(pseudonyms: Pseudonyms, kind: IdKind, inner: string): string {
  if (pseudonyms.keyed) return `left(sha256(getvariable('outer_pad') || unhex(${inner})), 32)`;
  return `case when regexp_full_match(${inner}, '[0-9a-f]{32}') then ${inner} else left(sha256(${quoted(`${kind}:`)} || ${inner}), 32) end`;
}
