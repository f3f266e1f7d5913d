/** Modules written in WebAssembly's text, without their endings. */
export function wasmModules(): string[];
/** The bytes of a module's .wasm, built of its .wat. */
export function buildWasm(name: string): Promise<Uint8Array>;
