/**
 * The demo site, started on each runtime as a user starts it, and read over real sockets.
 */

import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/binaries.mjs";
import { RawClient, type Server, startSite } from "./servers.ts";

const runtimes = ["workers", "deno", "bun", "node"] as const;

describe.concurrent.each(runtimes)("the demo site on %s", (runtime) => {
  let server: Server;
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(server.url + path, { redirect: "manual", ...init });

  beforeAll(async () => {
    server = await startSite(runtime, "wire");
  });
  afterAll(() => server?.stop());

  test("shows its first page, with the runtime's name and no inline script", async () => {
    const response = await get("/");
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(page).toContain({ workers: "workerd", deno: "Deno", bun: "Bun", node: "Node.js" }[runtime]);
    expect(page).not.toMatch(/<script(?![^>]* src=)/);
  });

  test("searches by GET, in any script", async () => {
    const page = await (await get(`/search/?q=${encodeURIComponent("signed cookie")}`)).text();
    expect(page).toContain("request.getSignedCookie()");
    expect(page).not.toContain("request.FILES");
    const strange = await (await get(`/search/?q=${encodeURIComponent('<ü "☃">')}`)).text();
    expect(strange).toContain("&lt;ü &quot;☃&quot;&gt;");
  });

  test("takes a form with a CSRF token, keeps it in the session, and refuses one without", async () => {
    const form = await get("/guestbook/");
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await form.text())?.[1] ?? "";
    const cookie = cookiesOf(form);
    const post = (body: Record<string, string>): Promise<Response> =>
      get("/guestbook/", { method: "POST", headers: { cookie }, body: new URLSearchParams(body) });

    expect((await post({ name: "Ada", text: "Hello" })).status).toBe(403);
    const posted = await post({ name: "Ada", text: "Grüße & ☃", csrfmiddlewaretoken: token });
    expect(posted.status).toBe(302);
    expect(posted.headers.get("location")).toBe("/guestbook/");
    const page = await (await get("/guestbook/", { headers: { cookie: cookiesOf(posted) } })).text();
    expect(page).toContain("Grüße &amp; ☃");
    const wrong = await post({ name: "", text: "kept", csrfmiddlewaretoken: token });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain("kept</textarea>");
  });

  test("keeps a session: in KV under workerd, in a signed cookie elsewhere", async () => {
    const first = await get("/cart/");
    expect(first.headers.get("vary")).toContain("Cookie");
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await first.text())?.[1] ?? "";
    const cookie = cookiesOf(first);
    const added = await get("/cart/", {
      method: "POST",
      headers: { cookie },
      body: new URLSearchParams({ add: "pony", csrfmiddlewaretoken: token }),
    });
    expect(added.status).toBe(302);
    const session = /sessionid=([^;]+)/.exec(cookiesOf(added))?.[1] ?? "";
    expect(session).toMatch(runtime === "workers" ? /^[a-z0-9]{32}$/ : /^"?[\w-]+:[\w-]+:[\w-]+"?$/);
    const second = await (await get("/cart/", { headers: { cookie: cookiesOf(added) } })).text();
    expect(second).toContain("<strong>2</strong> times");
    expect(second).toContain("<td>Magic pony</td>");
  });

  test("sets several cookies, reads a signed one back, and deletes", async () => {
    const first = await get("/cookies/");
    const lines = first.headers.getSetCookie();
    expect(lines.map((line) => line.split("=")[0]).sort()).toEqual(["csrftoken", "seen", "visits"]);
    expect(lines.find((line) => line.startsWith("visits="))).toMatch(/; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax$/);
    const second = await (await get("/cookies/", { headers: { cookie: cookiesOf(first) } })).text();
    expect(second).toContain("<strong>2</strong> times");
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(second)?.[1] ?? "";
    const body = new URLSearchParams({ forget: "1", csrfmiddlewaretoken: token });
    const gone = await get("/cookies/", { method: "POST", headers: { cookie: cookiesOf(first) }, body });
    expect(gone.headers.getSetCookie().filter((line) => line.includes("Max-Age=0")).length).toBe(3);
  });

  test("sends the report in pieces, as they are made, also where they may be compressed", async () => {
    const client = await RawClient.connect(server.port);
    client.send(
      `GET /report/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n`,
    );
    await client.until(/Done\./);
    client.close();
    const rows = client.chunks.filter(({ text }) => text.includes("<tr><td>"));
    expect(rows.length).toBeGreaterThan(3);
    expect((rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0)).toBeGreaterThan(1000);
  });

  test("stops the report of a client that leaves half-way, and goes on serving", async () => {
    const client = await RawClient.connect(server.port);
    client.send(`GET /report/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    await client.until(/<tr><td>2</);
    client.close();
    // The view says on the console where its `finally` ran.
    await expect.poll(server.output, { timeout: 5000 }).toContain("report: the client left after row");
    expect((await get("/api/names/")).status).toBe(200);
  });

  test("answers JSON, with dates", async () => {
    const response = await get("/api/names/?q=queryDICT");
    expect(response.headers.get("content-type")).toBe("application/json");
    const { query, now, names } = (await response.json()) as { query: string; now: string; names: { name: string }[] };
    expect(query).toBe("queryDICT");
    expect(now).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    expect(names.map(({ name }) => name)).toContain("QueryDict");
    expect(await (await get("/api/names/0/")).json()).toMatchObject({ index: 0, name: "request.GET" });
  });

  test("streams a CSV as a download", async () => {
    const response = await get("/report.csv");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="report.csv"');
    const text = await response.text();
    expect(text.split("\r\n").length).toBe(50_002);
    expect(text.endsWith("50000,2500000000\r\n")).toBe(true);
  });

  test("redirects, appends a slash, and answers 404 and 405", async () => {
    const old = await get("/old/");
    expect([old.status, old.headers.get("location")]).toEqual([302, "/"]);
    const slash = await get("/search?q=a%20b");
    expect([slash.status, slash.headers.get("location")]).toEqual([301, "/search/?q=a%20b"]);
    const missing = await get("/nowhere/", { headers: { accept: "text/html" } });
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain("nowhere/");
    const method = await get("/files/x/delete/");
    expect([method.status, method.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("answers HEAD with the headers of GET and no body", async () => {
    const head = await get("/search/", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await head.text()).toBe("");
  });

  test("shows the error of a broken view under DEBUG", async () => {
    const response = await get("/broken/", { headers: { accept: "text/html" } });
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("This view is broken");
  });

  test("sends events that resume where the client was", async () => {
    const client = await RawClient.connect(server.port);
    client.send(`GET /events/stream/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nLast-Event-ID: 41\r\n\r\n`);
    const text = await client.until(/id: 43/);
    client.close();
    expect(text).toMatch(/content-type: text\/event-stream/i);
    expect(text).toContain("event: tick");
    expect(text).not.toContain("id: 41\n");
  });

  test("resumes a download, and sends several ranges", async () => {
    const part = await get("/download/numbers.txt", { headers: { range: "bytes=8388600-", "if-range": '"numbers"' } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 8388600-8388607/8388608"]);
    expect(await part.text()).toBe(" 524287\n");
    const several = await get("/download/numbers.txt", { headers: { range: "bytes=0-15,32-47" } });
    expect(several.headers.get("content-type")).toMatch(/^multipart\/byteranges; boundary=/);
    expect(await several.text()).toMatch(/ 0\n\r\n[\s\S]* 2\n\r\n/);
    const changed = await get("/download/numbers.txt", { headers: { range: "bytes=16-", "if-range": '"other"' } });
    expect([changed.status, changed.headers.get("content-range")]).toEqual([200, null]);
    await changed.body?.cancel();
  });

  test("stores uploads, gives them back in ranges, and deletes them", async () => {
    const form = await get("/files/");
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await form.text())?.[1] ?? "";
    const cookie = cookiesOf(form);
    const name = `wire ${runtime} ü.txt`;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("files", new File(["0123456789".repeat(1000)], name));
    body.append("files", new File(["second"], `second ${runtime}.txt`));
    const posted = await get("/files/", { method: "POST", headers: { cookie }, body });
    expect(posted.status).toBe(302);

    const url = `/files/${encodeURIComponent(name)}`;
    const whole = await get(url);
    expect(whole.headers.get("content-length")).toBe("10000");
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    expect(await whole.text()).toHaveLength(10_000);
    const part = await get(url, { headers: { range: "bytes=5-14" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 5-14/10000", "5678901234"]);

    for (const stored of [name, `second ${runtime}.txt`]) {
      const gone = await get(`/files/${encodeURIComponent(stored)}/delete/`, {
        method: "POST",
        headers: { cookie },
        body: new URLSearchParams({ csrfmiddlewaretoken: token }),
      });
      expect(gone.status).toBe(302);
    }
    expect((await get(url)).status).toBe(404);
  });

  test("throws away an upload that breaks off", async () => {
    const token = "a".repeat(32); // a CSRF cookie may be anything of this length; its form then says the same
    const head = `POST /files/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: csrftoken=${token}\r\nContent-Length: 9000000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`;
    const part = `--b\r\nContent-Disposition: form-data; name="files"; filename="half ${runtime}.txt"\r\n\r\n`;
    const drafts = () => readdir(`${root}.cache/test/site-wire-${runtime}/files-on-their-way`).catch(() => []);
    const client = await RawClient.connect(server.port);
    client.send(head + part + "x".repeat(1_000_000));
    if (runtime !== "workers") await expect.poll(drafts, { timeout: 5000 }).toHaveLength(1);
    client.close();
    await expect.poll(drafts, { timeout: 5000 }).toEqual([]);
    expect(await (await get("/files/")).text()).not.toContain("half");
  });
});

/** What a browser would send back. */
function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}
