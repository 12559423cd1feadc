import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ValueError } from "../../src/core/exceptions.ts";
import { EventStreamResponse, formatEvent, type ServerSentEvent } from "../../src/http/eventstream.ts";

async function* yielding(...events: (ServerSentEvent | string)[]): AsyncGenerator<ServerSentEvent | string> {
  yield* events;
}

/** What an `EventSource` makes of a stream: the HTML standard, section 9.2.6. */
function interpret(stream: string): Record<string, string>[] {
  const dispatched: Record<string, string>[] = [];
  let [data, type, id] = ["", "", ""];
  for (const line of stream.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data) dispatched.push({ data: data.slice(0, -1), type: type || "message", id });
      [data, type] = ["", ""];
      continue;
    }
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "data") data += `${value}\n`;
    else if (name === "event") type = value;
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return dispatched;
}

describe("formatEvent", () => {
  test.each<[ServerSentEvent | string, string]>([
    ["hello", "data: hello\n\n"],
    [{ data: "hello" }, "data: hello\n\n"],
    [{ event: "add", data: "73857293" }, "event: add\ndata: 73857293\n\n"],
    [{ comment: "test stream" }, ": test stream\n\n"],
    [{ data: "first event", id: "1" }, "data: first event\nid: 1\n\n"],
    [{ id: "" }, "id: \n\n"],
    [{ retry: 10000 }, "retry: 10000\n\n"],
    [{ data: "YHOO\n+2\n10" }, "data: YHOO\ndata: +2\ndata: 10\n\n"],
    [{ data: "a\r\nb\rc\n" }, "data: a\ndata: b\ndata: c\ndata: \n\n"],
    [{ data: "" }, "data: \n\n"],
    [{ data: { a: [1, null, "é\n"] } }, 'data: {"a":[1,null,"é\\n"]}\n\n'],
    [{ data: null }, "data: null\n\n"],
    [{ data: 0 }, "data: 0\n\n"],
    [{ comment: "two\nlines" }, ": two\n: lines\n\n"],
    [{ event: "e", data: "d", id: "i", retry: 1, comment: "c" }, ": c\nevent: e\ndata: d\nid: i\nretry: 1\n\n"],
  ])("%j", (event, text) => {
    expect(formatEvent(event)).toBe(text);
  });

  test.each(["\n", "\r", "\r\n", "a\nb", "a\rdata: forged", "\0"])("refuses %j in event and id", (value) => {
    expect(() => formatEvent({ event: value })).toThrow(ValueError);
    expect(() => formatEvent({ id: value })).toThrow(ValueError);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1\n\ndata: forged" as unknown as number])(
    "refuses %j as retry",
    (retry) => {
      expect(() => formatEvent({ retry })).toThrow(ValueError);
    },
  );

  test("names the nearest field for one that it does not know", () => {
    expect(() => formatEvent({ dta: 1 } as ServerSentEvent)).toThrow(
      'A server-sent event has no option "dta". Did you mean "data"?',
    );
  });

  test("no text can end its event or begin another field", () => {
    const texts = ["a\n\nb", "\r\rdata: x", "\n\nevent: x\n\n", "id: 1\r\n\r\nid: 2", ":\n\n", "", " x ", "\u2028", "a\n"];
    for (const text of texts) {
      const [event] = interpret(formatEvent({ data: text, comment: text, event: "e", id: "1" }));
      expect(event).toEqual({ data: text.replace(/\r\n|\r/g, "\n"), type: "e", id: "1" });
    }
  });
});

describe("EventStreamResponse", () => {
  test("has the content type of the standard, and is not cached", () => {
    const response = new EventStreamResponse(yielding());
    expect([...response.headers]).toEqual([
      ["Content-Type", "text/event-stream"],
      ["Cache-Control", "no-cache"],
    ]);
    expect(response.streaming).toBe(true);
  });

  test("has its type also where an option is undefined", () => {
    expect(new EventStreamResponse([], { contentType: undefined }).get("Content-Type")).toBe("text/event-stream");
    expect(new EventStreamResponse([], { contentType: "text/plain" }).get("Content-Type")).toBe("text/plain");
  });

  test("takes what every response takes", () => {
    const response = new EventStreamResponse(yielding(), { status: 201, headers: { "Cache-Control": "no-store", "X-A": "1" } });
    expect([response.statusCode, response.get("Cache-Control"), response.get("X-A")]).toEqual([201, "no-store", "1"]);
    expect(() => new EventStreamResponse(yielding(), { heartbeats: 1 } as object)).toThrow(TypeError);
  });

  test("sends events in UTF-8, from any iterable", async () => {
    const events = [{ data: "é" }, "b"];
    for (const source of [yielding(...events), events, new Set(events)]) {
      const response = new EventStreamResponse(source, { retry: 3000 });
      expect(await response.toResponse().text()).toBe("retry: 3000\n\ndata: é\n\ndata: b\n\n");
    }
  });

  test("writes data as JsonResponse does", () => {
    expect(formatEvent({ data: new Map([["a", 1n]]) })).toBe('data: {"a":1}\n\n');
    expect(() => formatEvent({ data: new Set() })).toThrow(TypeError);
  });

  test("refuses what is no iterable of events", () => {
    for (const events of ["abc", yielding, undefined, {}]) {
      expect(() => new EventStreamResponse(events as never)).toThrow(
        /^EventStreamResponse takes a generator that has been called/,
      );
    }
  });

  test("refuses options that are no numbers", () => {
    expect(() => new EventStreamResponse(yielding(), { retry: -1 })).toThrow(ValueError);
    expect(() => new EventStreamResponse(yielding(), { heartbeat: -1 })).toThrow(ValueError);
    expect(() => new EventStreamResponse(yielding(), { heartbeat: Number.NaN })).toThrow(ValueError);
  });

  test("an event that cannot be sent ends the generator and fails the stream", async () => {
    let ended = false;
    async function* events(): AsyncGenerator<ServerSentEvent> {
      try {
        yield { data: 1 };
        yield { event: "a\nb" };
      } finally {
        ended = true;
      }
    }
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const body = new EventStreamResponse(events()).toResponse().text();
    await expect(body).rejects.toThrow();
    error.mockRestore();
    expect(ended).toBe(true);
  });
});

describe("the heartbeat", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Events that come when they are sent. */
  function channel(): { send(event: string): void; events: AsyncGenerator<string>; ended: boolean } {
    let arrive: (event: string) => void = () => {};
    async function* events(): AsyncGenerator<string> {
      try {
        for (;;) yield await new Promise<string>((resolve) => (arrive = resolve));
      } finally {
        result.ended = true;
      }
    }
    const result = { send: (event: string) => arrive(event), ended: false, events: events() };
    return result;
  }
  const decode = (chunk: { value?: unknown }): string => new TextDecoder().decode(chunk.value as Uint8Array);

  test("is a comment after each silence of 15 seconds, and loses no event", async () => {
    const { send, events } = channel();
    const reader = new EventStreamResponse(events).toResponse().body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const first = reader.read();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(decode(await first)).toBe(":\n\n");
    const second = reader.read();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(decode(await second)).toBe(":\n\n");
    send("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(decode(await reader.read())).toBe("data: a\n\n");
    const third = reader.read();
    await vi.advanceTimersByTimeAsync(14_000);
    send("b");
    expect(decode(await third)).toBe("data: b\n\n");
    void reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("can be set, and turned off", async () => {
    const fast = new EventStreamResponse(channel().events, { heartbeat: 0.5 }).toResponse().body?.getReader();
    const beat = fast?.read() as Promise<{ value?: unknown }>;
    await vi.advanceTimersByTimeAsync(500);
    expect(decode(await beat)).toBe(":\n\n");
    void fast?.cancel();

    const none = new EventStreamResponse(channel().events, { heartbeat: 0 }).toResponse().body?.getReader();
    void none?.read();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when the client goes away, and the generator ends", async () => {
    const { send, events } = channel();
    const body = new EventStreamResponse(events).toResponse().body as ReadableStream<Uint8Array>;
    const reader = body.getReader();
    void reader.read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(1);
    const cancelled = reader.cancel();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
    send("the pending await settles");
    await cancelled;
    expect((await events.next()).done).toBe(true);
  });
});
