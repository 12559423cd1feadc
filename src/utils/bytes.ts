/**
 * Bytes that come in pieces.
 *
 * @module
 */

/** All pieces in one array of `size` bytes; the piece itself where there is only one. */
export function concat(pieces: readonly Uint8Array[], size: number): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(size);
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.byteLength;
  }
  return whole;
}
