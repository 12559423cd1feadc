/**
 * The charsets of East Asia with two bytes a character (three behind 0x8F of EUC-JP), as Python reads them. What is
 * taken from the platform is the characters alone: how many bytes that mean nothing become one U+FFFD differs from one to
 * the next. To Python it is the first of them.
 *
 * @module
 */

/** What Microsoft made of six characters of Shift_JIS and EUC-JP, and the web with it. */
const JIS: Readonly<Record<string, string>> = { "～": "〜", "∥": "‖", "－": "−", "￠": "¢", "￡": "£", "￢": "¬" };

/** The rows that the web added to three charsets, by their lead bytes. */
const ADDED: Readonly<Record<string, RegExp>> = {
  "euc-jp": /^(?:ad|f[5-f]|8ff.)$/,
  shift_jis: /^(?:87|e[b-f]|f.)$/,
  big5: /^(?:[89].|a0|f[a-f])$/,
};

/**
 * A decoder of `web`, which `platform` decodes and `label` names.
 *
 * @returns a function of the bytes; bytes that mean nothing throw a RangeError where `fatal` is true, else they become U+FFFD
 */
export function multiByteDecoder(
  web: string,
  label: string,
  platform: TextDecoder,
): (bytes: Uint8Array, fatal: boolean) => string {
  const jis = web === "euc-jp" || (web === "shift_jis" && !/31j|932|kanji/.test(label));
  // Private characters are Microsoft's only.
  const none = web === "shift_jis" ? /\ufffd/ : /[\ue000-\uf8ff\ufffd]/;
  const rows = new Map<number, string[]>();
  /** The characters behind a lead byte (or two), by the last byte: all are decoded at once, with a line feed after each. */
  const row = (prefix: number): string[] => {
    const known = rows.get(prefix);
    if (known) return known;
    const lead = prefix > 0xff ? [prefix >> 8, prefix & 0xff] : [prefix];
    const all = Array.from({ length: 192 }, (_, i) => [...lead, i + 0x40, 10]).flat();
    const added = (jis || web === "big5") && ADDED[web]?.test(prefix.toString(16));
    const chars = (added ? "" : platform.decode(Uint8Array.from(all)))
      .split("\n")
      .map((char) => ([...char].length !== 1 || none.test(char) ? "" : (jis && JIS[char]) || char));
    // Half-width katakana; ICU goes on behind them.
    if (web === "euc-jp" && prefix === 0x8e) chars.length = 0xe0 - 0x40;
    rows.set(prefix, chars);
    return chars;
  };
  return (bytes, fatal) => {
    let text = "";
    for (let i = 0; i < bytes.length; ) {
      const byte = bytes[i] as number;
      const katakana = web === "shift_jis" && byte > 0xa0 && byte < 0xe0;
      const size = byte < 0x80 || katakana ? 1 : web === "euc-jp" && byte === 0x8f ? 3 : 2;
      let char: string | undefined;
      if (size === 1) char = String.fromCharCode(katakana ? byte + 0xfec0 : byte);
      else if (i + size <= bytes.length) {
        const next = bytes[i + 1] as number;
        if (size === 2) char = row(byte)[next - 0x40];
        else if (next > 0xa0) char = row((byte << 8) | next)[(bytes[i + 2] as number) - 0x40];
      }
      if (!char && fatal) throw new RangeError("bytes without a meaning");
      text += char || "\ufffd";
      i += char || i + size > bytes.length ? size : 1;
    }
    return text;
  };
}
