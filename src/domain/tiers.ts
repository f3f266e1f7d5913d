/** Priority tiers, first to be visited first. `unknown`: too little data to say, served by the lane for the unseen. */
export const tiers = ["emergency", "high", "elevated", "watch", "unknown", "none"] as const;
export type Tier = (typeof tiers)[number];
