import { LRUCache } from "lru-cache";

/** A reply's body as it goes out. */
export interface CachedBody {
  body: Buffer;
  headers: Readonly<Record<string, string>>;
}

/** Bodies that never change, by key; those used longest ago go first. */
export interface PageCache {
  get(key: string): CachedBody | undefined;
  /** Keeps a copy of a body that was `costly` to make, or is offered a second time: most pages are asked for once. */
  offer(key: string, offered: CachedBody, isCostly: boolean): void;
  /** Bytes of the bodies kept. */
  size(): number;
}

/** Keys of pages that are remembered as asked for once. */
const mostAskedOnce = 10_000;

/** Keeps bodies up to so many bytes in all; one that is larger than an eighth of that is not kept. */
export function pageCache(mostBytes: number): PageCache {
  const kept = new LRUCache<string, CachedBody>({
    maxSize: mostBytes,
    maxEntrySize: Math.max(1, Math.floor(mostBytes / 8)),
    sizeCalculation: ({ body }) => Math.max(1, body.byteLength),
  });
  const askedOnce = new LRUCache<string, true>({ max: mostAskedOnce });
  return {
    get: (key) => kept.get(key),
    offer(key, { body, headers }, isCostly) {
      if (isCostly || askedOnce.has(key)) kept.set(key, { body: Buffer.from(body), headers });
      else askedOnce.set(key, true);
    },
    size: () => kept.calculatedSize,
  };
}
