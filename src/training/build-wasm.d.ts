/** Modules written in WebAssembly's text, without their endings. */
export const wasmModules: readonly string[];
/** The bytes of a module's .wasm, built of its .wat. */
export function buildWasm(name: string): Promise<Uint8Array>;
