/**
 * Bytes that come in pieces.
 *
 * @module
 */

/** Below this, a view of some bytes takes more memory than a copy of them. */
const SMALL = 1024;
/** The first block that small pieces are copied into, in bytes. The next ones grow with the whole, to 64 KiB. */
const BLOCK = 4096;

/** Collects pieces until they are wanted as one. A sender of single bytes costs no more memory than their number. */
export class Pieces {
  /** Bytes so far. */
  size = 0;
  readonly #pieces: Uint8Array[] = [];
  /** What small pieces are copied into, and how far it is full; it stands in the list as its first `#used` bytes. */
  #block: Uint8Array | undefined;
  #used = 0;

  add(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    const pieces = this.#pieces;
    this.size += piece.byteLength;
    if (piece.byteLength >= SMALL || pieces.length === 0) {
      this.#block = undefined;
      pieces.push(piece);
      return;
    }
    if (!this.#block || this.#used + piece.byteLength > this.#block.byteLength) {
      this.#block = new Uint8Array(Math.max(BLOCK, Math.min(this.size, 16 * BLOCK)));
      this.#used = 0;
      pieces.push(this.#block);
    }
    this.#block.set(piece, this.#used);
    this.#used += piece.byteLength;
    pieces[pieces.length - 1] = this.#block.subarray(0, this.#used);
  }

  /** All in one array: a single piece as it is, but never as a subclass such as Node's. */
  concat(): Uint8Array {
    const [first] = this.#pieces;
    return first && this.#pieces.length === 1 ? (viewBytes(first) as Uint8Array) : concat(this.#pieces, this.size);
  }
}

/** All pieces in one array; the piece itself where there is only one. */
export function concat(pieces: readonly Uint8Array[], size?: number): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0] as Uint8Array<ArrayBuffer>;
  const whole = new Uint8Array(size ?? pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.byteLength;
  }
  return whole;
}

/** The bytes of an `ArrayBuffer` or of any view of one, not as a subclass such as Node's; `undefined` for anything else. */
export function viewBytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value.constructor === Uint8Array) return value as Uint8Array<ArrayBuffer>;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]" ? new Uint8Array(value as ArrayBuffer) : undefined;
}
