/** The bytes of kernel.wasm, built of kernel.wat. */
export function buildKernel(): Promise<Uint8Array>;
