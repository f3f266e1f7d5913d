import { expect, test } from "vitest";
import { authenticateToken, createToken, listTokens, type NewToken, revokeToken } from "../src/cases/tokens.ts";
import type { Role } from "../src/domain/principal.ts";
import { onBothStores } from "./support/stores.ts";

const now = new Date("2026-10-01T09:00:00.000Z");
const expiresAt = new Date("2026-10-31T09:00:00.000Z");
const wanted: NewToken = { role: "social_worker", areas: ["61", "6110"], expiresAt, name: "district office", createdBy: "os-user:0", now };

onBothStores((opened) => {
  const made = (changed: Partial<NewToken> = {}) => createToken(opened.store, { ...wanted, ...changed });
  const holder = (token: string, at = now) => authenticateToken(opened.store, token, at);

  test("a token says who holds it: the role and the areas that it was made with", async () => {
    const { token, principalId } = await made();
    expect(token).toMatch(/^aldyn_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(await holder(token)).toEqual({ id: principalId, role: "social_worker", areas: ["61", "6110"] });
  });

  test("a token holds until the moment of its end, and not at it", async () => {
    const { token } = await made();
    expect(await holder(token, new Date(expiresAt.getTime() - 1))).not.toBeNull();
    expect(await holder(token, expiresAt)).toBeNull();
  });

  test("a revoked token is nobody's, the others stay; revoking again changes nothing", async () => {
    const [{ token, id }, other] = [await made(), await made()];
    const revoked = await revokeToken(opened.store, id, { by: "os-user:0", now });
    expect(revoked.revoked_at).toBe(now.toISOString());
    expect(await holder(token)).toBeNull();
    expect(await holder(other.token)).not.toBeNull();
    expect(await revokeToken(opened.store, id, { by: "os-user:1", now: expiresAt })).toEqual(revoked);
  });

  test("an id that no key has cannot be revoked", async () => {
    await expect(revokeToken(opened.store, "0".repeat(16), { by: "os-user:0", now })).rejects.toThrow("there is no key 0000000000000000");
  });

  test("nothing but the whole token will do", async () => {
    const [{ token }, other] = [await made(), await made()];
    const [, id, secret] = token.split("_") as [string, string, string];
    const flipped = secret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const wrong = [
      "",
      "aldyn",
      secret,
      `aldyn_${id}`,
      `aldyn_${id}_`,
      `aldyn_${id}_${flipped}`,
      `aldyn_${id}_${other.token.split("_")[2]}`,
      `aldyn_${"0".repeat(16)}_${secret}`,
      `aldyn_${"0".repeat(16)}_${"0".repeat(64)}`,
      `Aldyn_${id}_${secret}`,
      `aldyn_${id}_${secret.toUpperCase()}`.replace(/[A-F]|$/, (letter) => letter || "A"),
      `${token}\n`,
      ` ${token}`,
      `${token}0`,
      `aldyn_${id}' or '1'='1_${secret}`,
    ];
    for (const each of wrong) expect(await holder(each), each).toBeNull();
    expect(await holder(token)).not.toBeNull();
  });

  test("the list shows every key and no secret; nor does the store hold one", async () => {
    const { token, id, principalId } = await made();
    const [, , secret] = token.split("_") as [string, string, string];
    const listed = await listTokens(opened.store);
    expect(listed.find((each) => each.id === id)).toEqual({
      id,
      principal_id: principalId,
      role: "social_worker",
      areas: ["61", "6110"],
      name: "district office",
      created_at: now.toISOString(),
      created_by: "os-user:0",
      expires_at: expiresAt.toISOString(),
      revoked_at: null,
    });
    const stored = await opened.store.rows("select token::text as token, principal::text as principal from token, principal");
    expect(stored.length).toBeGreaterThan(0);
    expect(JSON.stringify([stored, listed])).not.toContain(secret);
  });

  test("the whole country is an area of its own name, nowhere is none", async () => {
    const { token } = await made({ areas: [""] });
    expect((await holder(token))?.areas).toEqual([""]);
    await expect(made({ areas: [] })).rejects.toThrow("at least one area");
  });

  test.each<[string, Partial<NewToken>, string]>([
    ["an unknown role", { role: "social_wroker" as Role }, 'role social_wroker (did you mean "social_worker"?)'],
    ["an area with letters", { areas: ["61", "61a"] }, "area 61a"],
    ["an area of ten digits", { areas: ["6110000000"] }, "area 6110000000"],
    ["an end that is now", { expiresAt: now }, "must expire later"],
    ["an end that is no time", { expiresAt: new Date("never") }, "must expire later"],
    ["a person's number as its name", { name: "office 870101300123" }, "holds no person's number"],
    ["no words as its name", { name: " " }, "which post or program"],
  ])("%s is refused, and leaves nothing", async (_, changed, message) => {
    const before = (await listTokens(opened.store)).length;
    await expect(made(changed)).rejects.toThrow(message);
    expect(await listTokens(opened.store)).toHaveLength(before);
  });
});
