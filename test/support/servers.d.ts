export function postgresDirectory(root?: string): string | undefined;
export function redisServer(): string | undefined;
export function missingPackages(): string[];
