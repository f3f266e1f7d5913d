/** Puts a reply's body together in a buffer that is used again once the reply has gone out, or its client has gone. */
export type JoinBody = (chunks: readonly Uint8Array[], response: { once(event: "close", listener: () => void): unknown }) => Buffer;

/** A page of 50 entries is about half of it. */
const bufferBytes = 2 ** 18;
const mostFree = 128;

/**
 * Buffers for bodies. V8 goes through its whole heap for each few dozen large buffers that are thrown away, which keeps all replies waiting for
 * 10 to 20 ms. A body must not be read after its response has closed; one that is larger than a buffer has memory of its own.
 */
export function bodyBuffers(): JoinBody {
  const free: Buffer[] = [];
  return (chunks, response) => {
    const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (size > bufferBytes) return Buffer.concat(chunks, size);
    const buffer = free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    response.once("close", () => {
      if (free.length < mostFree) free.push(buffer);
    });
    let at = 0;
    for (const chunk of chunks) {
      buffer.set(chunk, at);
      at += chunk.byteLength;
    }
    return buffer.subarray(0, size);
  };
}
