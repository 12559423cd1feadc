/**
 * A template language of one function: `html` escapes what it is given, unless `html` itself made it.
 */

/** Text that is HTML already. */
export class SafeString {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** `` html`<p>${text}</p>` ``: strings are escaped, arrays are joined, `undefined`, `null` and `false` are nothing. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): SafeString {
  return new SafeString(String.raw({ raw: strings }, ...values.map(render)));
}

function render(value: unknown): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof SafeString) return String(value);
  if (Array.isArray(value)) return value.map(render).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
