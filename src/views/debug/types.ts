/**
 * What a report consists of.
 *
 * @module
 */

/** One call on the way to an error. */
export interface Frame {
  /** The function's name, or what the runtime says of it. */
  readonly name: string;
  /** The path or URL of the file; empty where it is not known. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** Whether this is the user's own code, neither the runtime's nor a package's. */
  readonly own: boolean;
  /** Lines of source around the frame's, with their numbers; empty where they cannot be read. */
  source: readonly (readonly [number: number, text: string])[];
}

/** One error of a chain of causes. */
export interface Link {
  /** The name of the error. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** Its stack, innermost first. */
  readonly frames: readonly Frame[];
}

/** A table of names and values. */
export interface Section {
  /** What the section is of. */
  readonly title: string;
  /** Names with their values, as text. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** What is to be said where there are no rows. */
  readonly empty?: string;
}

/** All that a report says, as text that is not escaped yet. */
export interface TracebackData {
  /** The status of the response. */
  readonly statusCode: number;
  /** Such as `ValueError at /bands/`. */
  readonly title: string;
  /** The error and its causes, outermost first. */
  readonly chain: readonly Link[];
  /** On a 404, the routes that were tried; each with the name of its pattern. */
  readonly tried: readonly (readonly [route: string, name: string])[] | undefined;
  /** The path of a 404 that no route matched. */
  readonly path: string | undefined;
  /** The request and the settings. */
  readonly sections: readonly Section[];
}
