import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { HttpRequest } from "../../src/http/request.ts";

const from = (url: string, init?: RequestInit & { duplex?: "half" }): HttpRequest =>
  HttpRequest.fromRequest(new Request(url, init));

describe("toRequest", () => {
  test("has method, URL and headers, without those of the connection", () => {
    const request = HttpRequest.fromRequest({
      ...{ url: "http://u:p@h.test/a/%2e%2e/b?c=d", method: "delete", body: null },
      headers: new Headers({
        "x-a": "1",
        host: "h.test",
        connection: "keep-alive",
        "transfer-encoding": "chunked",
        te: "trailers",
        x_b: "2",
      }),
    } as unknown as Request);
    const outgoing = request.toRequest();
    expect(outgoing.method).toBe("DELETE");
    expect(new URL(outgoing.url).host).toBe("h.test");
    expect(new URL(outgoing.url).username).toBe("");
    expect([...outgoing.headers.keys()]).toEqual(["x-a"]);
    expect(outgoing.redirect).toBe("manual");
    expect(typeof outgoing.arrayBuffer).toBe("function");
  });

  test("leaves out what Connection names, but for an upgrade", () => {
    const headers = { connection: "close, X-Hop ,upgrade", "x-hop": "1", upgrade: "websocket", "x-kept": "2" };
    const request = HttpRequest.fromRequest({
      ...{ url: "http://h.test/", method: "GET", body: null },
      headers: new Headers(headers),
    } as unknown as Request);
    expect([...request.toRequest().headers.keys()].filter((name) => name !== "upgrade")).toEqual(["x-kept"]);
  });

  test("leaves out what no fetch() sends on: an expectation, and an upgrade to anything but a WebSocket", () => {
    const headers = new Headers({
      expect: "100-continue",
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "x",
    });
    const request = HttpRequest.fromRequest({ url: "http://h.test/", method: "GET", body: null, headers } as unknown as Request);
    expect([...request.toRequest().headers.keys()]).toEqual([]);
  });

  test("passes the body on unread, and then it is gone here", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new TextEncoder().encode("abc"));
          if (pulled === 3) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const request = from("http://h/", { method: "PUT", body, duplex: "half" });
    const outgoing = request.toRequest();
    expect(pulled).toBeLessThanOrEqual(1);
    await expect(request.body).rejects.toEqual(expect.objectContaining({ name: "RawPostDataException" }));
    expect(() => request.toRequest()).toThrow(expect.objectContaining({ name: "RawPostDataException" }));
    expect(await outgoing.text()).toBe("abcabcabc");
  });

  test("replays a body that was read as a whole, as often as that is asked for", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const request = from("http://h/", { method: "POST", body: "a=1", headers });
    expect((await request.POST).get("a")).toBe("1");
    for (let i = 0; i < 2; i++) {
      const outgoing = request.toRequest();
      expect(outgoing.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
      expect(await outgoing.text()).toBe("a=1");
    }
    expect((await request.body).byteLength).toBe(3);
  });

  test("aborts with the request", () => {
    const request = from("http://h/");
    const outgoing = request.toRequest();
    expect(outgoing.signal.aborted).toBe(false);
    request.abort();
    expect(outgoing.signal.aborted).toBe(true);
  });

  test("sends what META says of the headers", () => {
    const request = from("http://h/", { headers: { "x-a": "1", "x-b": "2" } });
    request.META.HTTP_X_A = "changed";
    delete request.META.HTTP_X_B;
    expect([...request.toRequest().headers]).toEqual([["x-a", "changed"]]);
  });

  test("finds a URL where the runtime gave none", () => {
    overrideSettings({ ALLOWED_HOSTS: ["h.test"] }, () => {
      const native = {
        url: "/echo?a=1",
        method: "GET",
        headers: new Headers({ host: "h.test" }),
        body: null,
      } as unknown as Request;
      expect(HttpRequest.fromRequest(native).toRequest().url).toBe("http://h.test/echo?a=1");
    });
  });

  test("of a GET has no body, whatever the runtime gave", () => {
    const request = HttpRequest.fromRequest({
      ...{ url: "http://h/", method: "GET", headers: new Headers() },
      body: new ReadableStream(),
    } as unknown as Request);
    expect(request.toRequest().body).toBeNull();
  });
});
