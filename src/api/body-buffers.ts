/** A part of a body; a text goes out in UTF-8. */
export type Piece = string | Uint8Array;

/** Puts a reply's body together in a buffer that is used again once the reply has gone out, or its client has gone. */
export type JoinBody = (pieces: readonly Piece[], response: { once(event: "close", listener: () => void): unknown }) => Buffer;

/** A page of 50 entries is about half of it. */
const bufferBytes = 2 ** 18;
const mostFree = 128;

/**
 * Buffers for bodies. V8 goes through its whole heap for each few dozen large buffers that are thrown away, which keeps all replies waiting for
 * 10 to 20 ms. A body must not be read after its response has closed; one that is larger than a buffer has memory of its own.
 */
export function bodyBuffers(): JoinBody {
  const free: Buffer[] = [];
  return (pieces, response) => {
    if (sizeOf(pieces) > bufferBytes) return ownBody(pieces);
    const buffer = free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    response.once("close", () => {
      if (free.length < mostFree) free.push(buffer);
    });
    return joined(pieces, buffer);
  };
}

/** A body put together in memory of its own, for what is read after its response has closed. */
export function ownBody(pieces: readonly Piece[]): Buffer {
  return joined(pieces, Buffer.allocUnsafeSlow(sizeOf(pieces)));
}

function sizeOf(pieces: readonly Piece[]): number {
  let size = 0;
  for (const piece of pieces) size += typeof piece === "string" ? Buffer.byteLength(piece) : piece.byteLength;
  return size;
}

function joined(pieces: readonly Piece[], buffer: Buffer): Buffer {
  let end = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") end += buffer.write(piece, end);
    else {
      buffer.set(piece, end);
      end += piece.byteLength;
    }
  }
  return buffer.subarray(0, end);
}
