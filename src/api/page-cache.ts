/** A reply's body as it goes out. */
export interface CachedBody {
  body: Buffer;
  headers: Readonly<Record<string, string>>;
}

/** Bodies that never change, by key; those used longest ago go first. */
export interface PageCache {
  get(key: string): CachedBody | undefined;
  set(key: string, value: CachedBody): void;
  /** Bytes of the bodies kept. */
  bytes(): number;
}

/** Keeps bodies up to so many bytes in all; one that is larger than an eighth of that is not kept. */
export function pageCache(mostBytes: number): PageCache {
  const kept = new Map<string, CachedBody>();
  let bytes = 0;
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found;
    },
    set(key, value) {
      if (value.body.byteLength > mostBytes / 8) return;
      bytes += value.body.byteLength - (kept.get(key)?.body.byteLength ?? 0);
      kept.delete(key);
      kept.set(key, value);
      for (const [oldest, { body }] of kept) {
        if (bytes <= mostBytes) break;
        kept.delete(oldest);
        bytes -= body.byteLength;
      }
    },
    bytes: () => bytes,
  };
}
