import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { bodyBuffers, ownBody } from "../src/api/body-buffers.ts";

test("the memory of a body is used again when its response has closed, never before; one too large for it has its own", () => {
  const join = bodyBuffers();
  const [first, second] = [new EventEmitter(), new EventEmitter()];
  const text = (word: string) => [Buffer.from(word), Buffer.from("!")];
  const body = join(text("one"), first);
  expect(join(text("two"), second).toString()).toBe("two!");
  expect(body.toString()).toBe("one!");
  first.emit("close");
  const next = join(text("three"), new EventEmitter());
  expect([next.buffer === body.buffer, next.toString()]).toEqual([true, "three!"]);
  const large = [Buffer.alloc(2 ** 18), Buffer.from("end")];
  second.emit("close");
  expect(join(large, new EventEmitter()).byteLength).toBe(2 ** 18 + 3);
});

test("texts and bytes go out in their order, in UTF-8; a body of its own is not written over", () => {
  const join = bodyBuffers();
  const pieces = ["Қостанай ", Buffer.from("обл"), "ысы ✓", new Uint8Array([33])];
  const said = "Қостанай облысы ✓!";
  const response = new EventEmitter();
  expect(join(pieces, response).toString()).toBe(said);
  const own = ownBody(pieces);
  response.emit("close");
  join(["x".repeat(100)], new EventEmitter());
  expect(own.toString()).toBe(said);
  const wide = "Ә".repeat(2 ** 17 + 1);
  expect(join([wide], new EventEmitter()).toString()).toBe(wide);
});

test("slow and quick readers each get the body that was made for them, also when far more is unread than a socket holds", async () => {
  const joinBody = bodyBuffers();
  const size = 200_000;
  const server = createServer(async ({ url }, response) => {
    const body = joinBody([Buffer.alloc(size, Number(url?.slice(1)))], response);
    // As a reply waits for its record in the audit.
    await sleep(3);
    response.writeHead(200, { "content-length": size }).end(body);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const pipelined = Array.from({ length: 60 }, (_, index) => 1 + index);
  const slow = connect(port, "127.0.0.1");
  slow.write(
    pipelined
      .map((letter) => `GET /${letter} HTTP/1.1\r\nhost: a\r\n${letter === pipelined.at(-1) ? "connection: close\r\n" : ""}\r\n`)
      .join(""),
  );
  let wrong = 0;
  const quick = async (client: number) => {
    for (let nth = 0; nth < 60; nth++) {
      const letter = 100 + ((client * 60 + nth) % 150);
      const bytes = new Uint8Array(await (await fetch(`http://127.0.0.1:${port}/${letter}`)).arrayBuffer());
      if (bytes.length !== size || bytes.some((byte) => byte !== letter)) wrong += 1;
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(quick));
  expect(wrong).toBe(0);

  const received = (await slow.toArray()) as Buffer[];
  let rest = Buffer.concat(received);
  for (const letter of pipelined) {
    const from = rest.indexOf("\r\n\r\n") + 4;
    expect(rest.subarray(from, from + size).every((byte) => byte === letter)).toBe(true);
    expect(rest.length).toBeGreaterThanOrEqual(from + size);
    rest = rest.subarray(from + size);
  }
  expect(rest.length).toBe(0);
});
