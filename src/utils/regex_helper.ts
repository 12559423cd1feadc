/**
 * `django.utils.regex_helper`: what a regular expression could have matched, so that a URL can be made from it.
 *
 * @module
 */

/** A parameter of a URL. A group of a regular expression without a name has none, and no converter either. */
export interface Parameter {
  readonly name?: string;
  readonly converter?: { toUrl(value: unknown): string };
  /** It repeats the value of an earlier one: `\k<name>`. */
  readonly isReference?: boolean;
}

/** A way to write a URL: the value of a parameter goes between each two literals. */
export interface Form<P extends Parameter = Parameter> {
  readonly literals: readonly string[];
  readonly parameters: readonly P[];
}

/** Nothing at all. */
export const EMPTY: Form = { literals: [""], parameters: [] };
// One character for each class, as Django chooses them. An assertion stands for nothing.
const ESCAPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  b: "",
  B: "",
  d: "0",
  D: "x",
  s: " ",
  S: "x",
  w: "x",
  W: "!",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * The forms of the URLs that an expression matches: what repeats stands as often as it must, an optional part with
 * groups both without and with it, a class of characters as one of them, assertions not at all.
 *
 * @param source of a JavaScript regular expression
 * @returns nothing where there are alternatives (`|`) outside of a capturing group, or a reference by number to one
 */
export function normalize(source: string): Form[] | undefined {
  let at = 0;
  let reversible = true;
  const forms = sequence();
  return reversible ? forms : undefined;

  /** All that stands up to the end of the group, or of the expression. */
  function sequence(): Form[] {
    let forms = [EMPTY];
    while (at < source.length && source[at] !== ")") forms = product(forms, quantified(atom()));
    return forms;
  }

  function atom(): Form[] {
    const char = source[at++] as string;
    if (char === "|") reversible = false;
    if (char === "^" || char === "$") return [EMPTY];
    if (char === "\\") return reference() ?? [literal(escaped())];
    if (char === "[") return [literal(characterClass())];
    return char === "(" ? group() : [literal(char)];
  }

  function group(): Form[] {
    const [open = "", name] = /^(?:\?(?:<([^>=!]+)>|:|<?[=!]))?/.exec(source.slice(at)) ?? [];
    at += open.length;
    if (open === "?:") {
      const forms = sequence();
      at++;
      return forms;
    }
    skipGroup();
    if (name !== undefined) return [{ literals: ["", ""], parameters: [{ name }] }];
    return open === "" ? [{ literals: ["", ""], parameters: [{}] }] : [EMPTY];
  }

  function reference(): Form[] | undefined {
    const [whole, name] = /^k<([^>]+)>/.exec(source.slice(at)) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    at += whole.length;
    return [{ literals: ["", ""], parameters: [{ name, isReference: true }] }];
  }

  function quantified(forms: Form[]): Form[] {
    const [quantifier, least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at)) ?? [""];
    at += quantifier.length;
    if (quantifier === "" || quantifier[0] === "+") return forms;
    const count = Number(least ?? 0);
    if (count === 0) return forms.some(({ parameters }) => parameters.length > 0) ? [EMPTY, ...forms] : [EMPTY];
    let repeated = forms;
    for (let i = 1; i < count; i++) repeated = product(repeated, forms);
    return repeated;
  }

  /** What follows a backslash. */
  function escaped(): string {
    const char = source[at++] ?? "";
    if (char >= "1" && char <= "9") reversible = false;
    const [code, hex] = /^(?:u([\da-fA-F]{4})|x([\da-fA-F]{2}))/.exec(source.slice(at - 1)) ?? [];
    if (code !== undefined) {
      at += code.length - 1;
      return String.fromCharCode(Number.parseInt(hex ?? code.slice(1), 16));
    }
    return ESCAPES[char] ?? char;
  }

  /** The first character of a class, which is `^` for a negated one: that, too, is Django's choice. */
  function characterClass(): string {
    const char = source[at++] as string;
    const first = char === "\\" ? escaped() : char;
    if (char !== "]") skipClass();
    return first;
  }

  function skipClass(): void {
    while (at < source.length && source[at++] !== "]") if (source[at - 1] === "\\") at++;
  }

  function skipGroup(): void {
    for (let depth = 1; depth > 0 && at < source.length; ) {
      const char = source[at++];
      if (char === "\\") at++;
      else if (char === "[") skipClass();
      else if (char === "(") depth++;
      else if (char === ")") depth--;
    }
  }
}

/** Two ways to write the parts of a URL as one to write the whole. */
export function concat<P extends Parameter>(first: Form<P>, second: Form<P>): Form<P> {
  const [head = "", ...others] = second.literals;
  return {
    literals: [...first.literals.slice(0, -1), `${first.literals.at(-1)}${head}`, ...others],
    parameters: [...first.parameters, ...second.parameters],
  };
}

/** Each of the first followed by each of the second. */
export function product(first: readonly Form[], second: readonly Form[]): Form[] {
  return first.flatMap((a) => second.map((b) => concat(a, b)));
}

function literal(text: string): Form {
  return { literals: [text], parameters: [] };
}
