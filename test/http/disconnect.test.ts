import { describe, expect, test } from "vitest";
import { HttpRequest } from "../../src/http/request.ts";

/** A request with a signal of its own, as a runtime makes one. */
function open(): { request: HttpRequest; client: AbortController; reads: () => number } {
  const client = new AbortController();
  let reads = 0;
  const native = {
    ...{ url: "http://h/", method: "GET", headers: new Headers(), body: null },
    get signal(): AbortSignal {
      reads++;
      return client.signal;
    },
  } as unknown as Request;
  return { request: HttpRequest.fromRequest(native), client, reads: () => reads };
}

describe("request.signal", () => {
  test("aborts when the platform says that the client went away", () => {
    const { request, client } = open();
    const { signal } = request;
    expect([signal.aborted, signal]).toEqual([false, request.signal]);
    client.abort(new Error("gone"));
    expect(signal.aborted).toBe(true);
    expect((signal.reason as Error).message).toBe("gone");
  });

  test("never aborts because the response is out, as Deno would have it", () => {
    const { request, client } = open();
    const { signal } = request;
    request.close();
    client.abort();
    expect(signal.aborted).toBe(false);
  });

  test("read first after the response is out, follows nothing", () => {
    const { request, client, reads } = open();
    request.close();
    client.abort();
    expect([request.signal.aborted, reads()]).toEqual([false, 0]);
  });

  test("aborts when the response's stream was cancelled, whether it was read before or after", () => {
    for (const before of [true, false]) {
      const { request } = open();
      const early = before ? request.signal : undefined;
      request.abort();
      expect(early?.aborted ?? true).toBe(true);
      expect(request.signal.aborted).toBe(true);
      expect((request.signal.reason as Error).name).toBe("AbortError");
    }
  });

  test("is aborted from the start where the client went away before it was read", () => {
    const { request, client } = open();
    client.abort("resource closed");
    expect(request.signal.aborted).toBe(true);
    expect((request.signal.reason as Error).name).toBe("AbortError");
  });

  test("does not touch the platform's signal before it is asked for", () => {
    const { request, reads } = open();
    expect([request.path, request.method, request.inUse]).toEqual(["/", "GET", false]);
    request.close();
    expect(reads()).toBe(0);
    expect(open().request.signal).toBeInstanceOf(AbortSignal);
  });

  test("is there for a request without one", () => {
    expect(new HttpRequest().signal.aborted).toBe(false);
  });

  test("a request whose signal was read is in use until it is closed", () => {
    const { request } = open();
    expect([request.signal.aborted, request.inUse]).toEqual([false, true]);
  });
});
