import { LRUCache } from "lru-cache";

/** A reply's body as it goes out. */
export interface CachedBody {
  body: Buffer;
  headers: Readonly<Record<string, string>>;
}

/** Bodies that never change, by key; those used longest ago go first. */
export type PageCache = LRUCache<string, CachedBody>;

/** Keeps bodies up to so many bytes in all; one that is larger than an eighth of that is not kept. */
export function pageCache(mostBytes: number): PageCache {
  return new LRUCache({
    maxSize: mostBytes,
    maxEntrySize: Math.max(1, Math.floor(mostBytes / 8)),
    sizeCalculation: ({ body }) => Math.max(1, body.byteLength),
  });
}
