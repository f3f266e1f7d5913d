import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { FileRead } from "../source-files.ts";

/** Rows as they came, all values text. */
export interface Batch {
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
}

/** What a spool says of a batch without its rows: how many, and where the next begins (null: nowhere; undefined: not told). */
export interface Note {
  columns: readonly string[];
  rows: number;
  next?: string | null;
}

const prefixBytes = 4 + 12 + 16;

/**
 * Rows on their way from a server to the warehouse: a file of batches, each sealed (AES-256-GCM) and bound to its place, so that direct identifiers never lie
 * open on disk and a batch cut off by a crash is found. With the same key and header a spool goes on where it ended; else it begins anew.
 */
export class Spool {
  readonly notes: Note[] = [];
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #file: FileHandle;
  readonly #lasts: boolean;
  readonly #places: number[] = [];
  #end = 0;

  private constructor(path: string, key: Uint8Array, file: FileHandle, lasts: boolean) {
    this.#path = path;
    this.#key = key;
    this.#file = file;
    this.#lasts = lasts;
  }

  /** Opens the spool at `path`. `mayGoOn` judges the header that an earlier one was begun with; without it the spool ends with the process. */
  static async open(path: string, key: Uint8Array, header: string, mayGoOn?: (begun: string) => boolean): Promise<Spool> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await open(path, "a", 0o600).then((made) => made.close());
    const spool = new Spool(path, key, await open(path, "r+"), mayGoOn !== undefined);
    const begun = await spool.#read(0);
    if (begun !== undefined && mayGoOn?.(begun) === true) await spool.#recall();
    else await spool.restart(header);
    return spool;
  }

  /** Forgets every batch. */
  async restart(header: string): Promise<void> {
    this.notes.length = 0;
    this.#places.length = 0;
    await this.#file.truncate(0);
    this.#end = 0;
    await this.#write(header);
  }

  /** Keeps a batch. */
  async append({ columns, rows }: Batch, next?: string | null): Promise<void> {
    const note: Note = { columns, rows: rows.length, ...(next === undefined ? {} : { next }) };
    await this.#write(`${JSON.stringify(note)}\n${JSON.stringify(rows)}`);
    this.notes.push(note);
  }

  /** The rows of a batch as JSON, a list of lists. */
  async rowsOf(batch: number): Promise<string> {
    const text = await this.#read(batch + 1);
    if (text === undefined) throw new Error(`batch ${batch} of the spool ${this.#path} cannot be read`);
    return text.slice(text.indexOf("\n") + 1);
  }

  /** The spool as a file that a load was made from: the hash of its rows, not of how they are sealed. */
  async summary(words: string): Promise<FileRead> {
    const hash = createHash("sha256");
    let bytes = 0;
    for (const [batch, { columns }] of this.notes.entries()) {
      const rows = await this.rowsOf(batch);
      bytes += Buffer.byteLength(rows);
      hash.update(JSON.stringify(columns)).update(rows);
    }
    return { path: words, sha256: hash.digest("hex"), bytes };
  }

  /** Lets the spool go; one that lasts can be opened again. */
  async leave(): Promise<void> {
    if (this.#lasts) await this.#file.close();
    else await this.discard();
  }

  /** Lets the spool go and removes it. */
  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #recall(): Promise<void> {
    for (;;) {
      const text = await this.#read(this.#places.length);
      if (text === undefined) break;
      this.notes.push(JSON.parse(text.slice(0, text.indexOf("\n"))) as Note);
    }
    await this.#file.truncate(this.#end);
  }

  /** Seals a text behind the last. */
  async #write(text: string): Promise<void> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(placeBytes(this.#places.length));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    const frame = Buffer.concat([length, nonce, cipher.getAuthTag(), sealed]);
    await this.#file.write(frame, 0, frame.length, this.#end);
    this.#places.push(this.#end);
    this.#end += frame.length;
  }

  /** The text at a place; undefined when there is none that is whole and ours. */
  async #read(place: number): Promise<string | undefined> {
    const at = this.#places[place] ?? this.#end;
    const prefix = await this.#bytes(at, prefixBytes);
    const sealed = prefix && (await this.#bytes(at + prefixBytes, prefix.readUInt32BE()));
    if (prefix === undefined || sealed === undefined) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, prefix.subarray(4, 16)).setAAD(placeBytes(place));
    decipher.setAuthTag(prefix.subarray(16));
    const text = decipher.update(sealed);
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    if (place === this.#places.length) {
      this.#places.push(at);
      this.#end = at + prefixBytes + sealed.length;
    }
    return text.toString("utf8");
  }

  async #bytes(at: number, length: number): Promise<Buffer | undefined> {
    if (length > (await this.#file.stat()).size - at) return undefined;
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, at);
    return bytesRead === length ? buffer : undefined;
  }
}

function placeBytes(place: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(place);
  return bytes;
}

/** The key of a spool that must be readable after a crash: made from the pseudonyms' key, so that it stands nowhere. */
export function lastingKey(key: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", "aldyn spool", 32));
}

/** The key of a spool that nobody reads after its process. */
export function passingKey(): Uint8Array {
  return randomBytes(32);
}
