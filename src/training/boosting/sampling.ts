/** Whether a row (or another thing with a number) is drawn for a tree: the same for the same numbers on every machine and thread. `share` lies in (0, 1]. */
export function isDrawn(seed: number, tree: number, number: number, share: number): boolean {
  return hash(seed, tree, number) < share * 2 ** 32;
}

/** The features that a tree may use: round(share * features) of them, at least one, those whose hash is smallest. */
export function drawFeatures(seed: number, tree: number, features: number, share: number): number[] {
  const all = Array.from({ length: features }, (_, feature) => feature);
  const count = Math.max(1, Math.round(share * features));
  if (count === features) return all;
  const place = all.map((feature) => hash(~seed, tree, feature));
  return all
    .sort((a, b) => place[a]! - place[b]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** 32 bits of three numbers, each mixed in by the finaliser of MurmurHash3. */
function hash(seed: number, tree: number, number: number): number {
  return mix(mix(mix(seed ^ 0x9e3779b9) ^ tree) ^ number) >>> 0;
}

function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
