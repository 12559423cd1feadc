/**
 * Server-sent events, as the HTML standard defines them (section 9.2).
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";
import { DjangoJSONEncoder } from "../core/serializers/json.ts";
import { checkOptions } from "../utils/options.ts";
import type { ResponseInit } from "./response.ts";
import { StreamingHttpResponse } from "./streaming.ts";

/** One event; a text alone stands for its `data`. An event without `data` is not shown to the page, but its other fields count. */
export interface ServerSentEvent {
  /** A text goes out as it is, line by line; anything else as JSON, as `JsonResponse` writes it. */
  data?: unknown;
  /** The name of the listener, `message` without it. No line breaks. */
  event?: string | undefined;
  /** What the browser sends back as `Last-Event-ID` when it reconnects: see `request.lastEventId`. No line breaks, no NUL. */
  id?: string | undefined;
  /** Milliseconds after which the browser reconnects. */
  retry?: number | undefined;
  /** Lines that the browser ignores. */
  comment?: string | undefined;
}

/** What an `EventStreamResponse` takes beside what every response does. */
export interface EventStreamInit extends ResponseInit {
  /**
   * Seconds of silence after which a comment is sent, 15 by default; 0 for never. It keeps proxies from hanging up, and
   * lets a runtime that learns of a disconnect only by writing (workerd) learn of it.
   */
  heartbeat?: number | undefined;
  /** Milliseconds after which the browser reconnects, sent before the first event. */
  retry?: number | undefined;
}

/** Any number of events, one after the other. */
export type EventSourceEvents = AsyncIterable<ServerSentEvent | string> | Iterable<ServerSentEvent | string>;

const FIELDS: ReadonlySet<string> = new Set(["data", "event", "id", "retry", "comment"]);
const LINE_BREAK = /\r\n|\r|\n/;
const HEARTBEAT = ":\n\n";
/** Milliseconds: a longer timer would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Sends events to an `EventSource` of a page as an async generator yields them, until it ends or the client goes away:
 * then the generator's `finally` runs and `request.signal` aborts. Pass that signal to what the generator waits for.
 *
 * ```ts
 * async function* prices(request) {
 *   for await (const price of feed({ since: request.lastEventId, signal: request.signal })) {
 *     yield { event: "price", id: price.id, data: price };
 *   }
 * }
 * export const live = (request) => new EventStreamResponse(prices(request), { retry: 5000 });
 * ```
 */
export class EventStreamResponse extends StreamingHttpResponse {
  static override moreOptions: readonly string[] = ["heartbeat", "retry"];

  /**
   * @throws ValueError for a `heartbeat` or a `retry` that is no such number
   * @throws TypeError for an unknown option
   */
  constructor(events: EventSourceEvents, init: EventStreamInit = {}) {
    const { heartbeat = 15, retry, contentType = "text/event-stream" } = init;
    if (typeof events !== "object" || events === null || !(Symbol.asyncIterator in events || Symbol.iterator in events)) {
      throw new TypeError(
        `EventStreamResponse takes a generator that has been called, or another iterable, not ${String(events)}.`,
      );
    }
    if (!(heartbeat >= 0)) throw new ValueError(`heartbeat must be a number of seconds, not ${heartbeat}.`);
    const prelude = retry === undefined ? "" : formatEvent({ retry });
    super(new EventIterator(events, heartbeat * 1000, prelude), { ...init, contentType });
    this.setdefault("Cache-Control", "no-cache");
  }
}

/** An event as it goes over the wire. */
export function formatEvent(event: ServerSentEvent | string): string {
  if (typeof event === "string") return `${field("data", event)}\n`;
  checkOptions(event, FIELDS, "A server-sent event");
  const { data, event: name, id, retry, comment } = event;
  let text = "";
  if (comment !== undefined) text += field("", comment);
  if (name !== undefined) text += `event: ${oneLine("event", name)}\n`;
  if (data !== undefined) text += field("data", typeof data === "string" ? data : new DjangoJSONEncoder().encode(data));
  if (id !== undefined) text += `id: ${oneLine("id", id)}\n`;
  if (retry !== undefined) text += `retry: ${milliseconds(retry)}\n`;
  return `${text}\n`;
}

function field(name: string, text: string): string {
  return text
    .split(LINE_BREAK)
    .map((line) => `${name}: ${line}\n`)
    .join("");
}

function oneLine(name: string, value: string): string {
  // A browser would drop an id with NUL (section 9.2.6), and take a line break for the end of the field.
  if (/[\r\n\0]/.test(value))
    throw new ValueError(`The ${name} of a server-sent event may hold no line break and no NUL: ${JSON.stringify(value)}`);
  return value;
}

function milliseconds(retry: number): number {
  if (!Number.isSafeInteger(retry) || retry < 0)
    throw new ValueError(`retry must be a whole number of milliseconds, not ${retry}.`);
  return retry;
}

/**
 * Formats events, with a heartbeat where there are none. Not a generator: `return()` must work while `next()` waits, so that
 * no timer outlives the client.
 */
class EventIterator implements AsyncIterableIterator<string, undefined> {
  readonly #events: AsyncIterator<ServerSentEvent | string> | Iterator<ServerSentEvent | string>;
  readonly #heartbeat: number;
  #prelude: string;
  #waiting = false;
  #arrived: PromiseSettledResult<IteratorResult<ServerSentEvent | string>> | undefined;
  #done = false;
  #wake: () => void = () => {};

  constructor(events: EventSourceEvents, heartbeat: number, prelude: string) {
    this.#events = Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]();
    this.#heartbeat = Math.min(heartbeat, MAX_TIMEOUT);
    this.#prelude = prelude;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    if (this.#prelude) {
      const value = this.#prelude;
      this.#prelude = "";
      return { value, done: false };
    }
    if (!this.#waiting) this.#ask();
    if (!this.#arrived && !this.#done) await this.#pause();
    if (this.#done) return { value: undefined, done: true };
    if (!this.#arrived) return { value: HEARTBEAT, done: false };
    const arrived = this.#arrived;
    this.#arrived = undefined;
    this.#waiting = false;
    this.#done = arrived.status === "rejected" || arrived.value.done === true;
    if (arrived.status === "rejected") throw arrived.reason;
    if (arrived.value.done) return { value: undefined, done: true };
    try {
      return { value: formatEvent(arrived.value.value), done: false };
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    this.#done = true;
    this.#wake();
    await this.#events.return?.();
    return { value: undefined, done: true };
  }

  /** Asks for the next event; it may arrive many heartbeats later. */
  #ask(): void {
    this.#waiting = true;
    void Promise.allSettled([(async () => this.#events.next())()]).then(([arrived]) => {
      this.#arrived = arrived;
      this.#wake();
    });
  }

  /** Until an event has arrived, a heartbeat is due, or the client is gone. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#heartbeat > 0 ? setTimeout(resolve, this.#heartbeat) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
