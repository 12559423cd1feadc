/**
 * The example `examples/django-edge` on workerd, before a server that stands for Django: with cookies that a real Django
 * wrote, and with Django's own formula for what it reads.
 */

import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server as NodeServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { root, workerd } from "../../scripts/binaries.mjs";
import { type Server, start } from "./servers.ts";

const SECRET_KEY = "oracle-secret-key";
// What Django 5.2 wrote with this key: login() of the user 7, and set_signed_cookie("landing", "/from-django/", salt="edge").
const LOGIN =
  ".eJxVjEEOwiAQRe_C2pAOFmbq0r1nIDAMUjU0Ke3KeHfbpAvd_vfefysf1qX4tcnsx6QuCtXpd4uBn1J3kB6h3ifNU13mMepd0Qdt-jYleV0P9--ghFa2msAyEwChcxYtdJksU0xxEDEA4nIW6S0xZulxM88dDZyTCKIRMOrzBdnGN_w:1r31eq:ir8krApvhcKLGyB2ZJ3H6jT7yleXI3B4fmSiZv-T5cM";
const LANDING = "/from-django/:1r31eq:_YcLTPSPAdwe7z3qBWLzUCUqPn8fVWCw5-Qfm0MI_mU";

const out = `${root}.cache/wire-django-edge/`;

const config = (origin: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .edge), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const edge :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  bindings = [
    (name = "SECRET_KEY", text = "${SECRET_KEY}"),
    (name = "ALLOWED_HOSTS", text = "127.0.0.1"),
    (name = "SESSION_COOKIE_AGE", text = "3153600000"),
    (name = "ORIGIN", text = "${origin}"),
  ],
  compatibilityDate = "2026-11-17",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"]
);
`;

interface Asked {
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let django: NodeServer;
let edge: Server;
const asked: Asked[] = [];

beforeAll(async () => {
  django = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    if (request.url === "/old/") response.writeHead(302, { location: "/new/" }).end();
    else {
      const cookies = ["csrftoken=abc; Path=/; SameSite=Lax", "messages=hello; HttpOnly; Path=/"];
      response.writeHead(request.url === "/missing/" ? 404 : 200, { "content-type": "text/plain", "set-cookie": cookies });
      response.end(`Django answers ${request.url}`);
    }
  }).listen(0, "127.0.0.1");
  await once(django, "listening");
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: [`${root}examples/django-edge/worker.ts`],
    bundle: true,
    format: "esm",
    outfile: `${out}worker.js`,
    conditions: ["workerd"],
    logLevel: "error",
  });
  writeFileSync(`${out}config.capnp`, config(`http://127.0.0.1:${(django.address() as AddressInfo).port}`));
  edge = await start("workerd", [workerd, "serve", `${out}config.capnp`, "--socket-addr=http=127.0.0.1:{port}"]);
});
afterAll(async () => {
  await edge?.stop();
  django?.close();
});
beforeEach(() => {
  asked.length = 0;
});

const get = (path: string, cookies: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> => {
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  return fetch(edge.url + path, { redirect: "manual", ...init, headers: { ...(cookie && { cookie }), ...init.headers } });
};

describe("what the Worker answers itself", () => {
  test("who the visitor is, by the session that Django signed", async () => {
    expect(await (await get("/edge/me/", { sessionid: LOGIN })).json()).toEqual({ id: "7" });
    expect(await (await get("/edge/me/")).json()).toEqual({ id: null });
    expect(asked).toEqual([]);
  });

  test("a session that was changed is nobody's", async () => {
    for (const at of [1, 60, LOGIN.indexOf(":") + 1, LOGIN.length - 20]) {
      const forged = `${LOGIN.slice(0, at)}${LOGIN[at] === "x" ? "y" : "x"}${LOGIN.slice(at + 1)}`;
      expect(await (await get("/edge/me/", { sessionid: forged })).json()).toEqual({ id: null });
    }
    expect(await (await get("/edge/me/", { sessionid: LOGIN.slice(0, -1) })).json()).toEqual({ id: null });
  });

  test("who is not logged in is sent to the login page, without Django being asked", async () => {
    const response = await get("/members/area/?tab=ü");
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      "/accounts/login/?next=%2Fmembers%2Farea%2F%3Ftab%3D%25C3%25BC",
    ]);
    expect(asked).toEqual([]);
  });
});

describe("what Django answers", () => {
  test("comes back as it is: status, text, each of its cookies", async () => {
    const response = await get("/missing/");
    expect([response.status, await response.text()]).toEqual([404, "Django answers /missing/"]);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.getSetCookie().slice(0, 2)).toEqual([
      "csrftoken=abc; Path=/; SameSite=Lax",
      "messages=hello; HttpOnly; Path=/",
    ]);
  });

  test("its redirects are the browser's to follow", async () => {
    const response = await get("/old/");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/new/"]);
    expect(asked.map(({ line }) => line)).toEqual(["GET /old/"]);
  });

  test("the request reaches it whole: method, path, query, cookies, body", async () => {
    const headers = { "content-type": "text/x-own", "x-forwarded-host": "evil.example" };
    await get("/caf%C3%A9/a%20b/?q=%26&q=2", { sessionid: LOGIN }, { method: "POST", body: "grüße", headers });
    const [{ line, headers: received, body } = { line: "", headers: {}, body: "" }] = asked;
    expect(line).toBe("POST /caf%C3%A9/a%20b/?q=%26&q=2");
    expect(body).toBe("grüße");
    expect(received.cookie).toBe(`sessionid=${LOGIN}`);
    expect(received["content-type"]).toBe("text/x-own");
    expect(received["x-forwarded-host"]).toBe(new URL(edge.url).host);
    expect(received["x-forwarded-proto"]).toBe("http");
  });

  test("members reach it", async () => {
    const response = await get("/members/area/", { sessionid: LOGIN });
    expect(await response.text()).toBe("Django answers /members/area/");
  });
});

describe("the cookie that the Worker signs", () => {
  test("verifies by Django's formula", async () => {
    const response = await get("/first/?from=näher");
    const line = response.headers.getSetCookie().at(-1) ?? "";
    const [, quoted = ""] =
      /^landing=("?[^;]*"?); expires=[^;]+; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax$/.exec(line) ?? [];
    const [, value = "", time = "", signature] = /^"(.*):([^:]+):([^:]+)"$/.exec(quoted) ?? [];
    expect(value).toBe("/first/?from=n%C3%A4her");
    // django.utils.crypto.salted_hmac(salt + "signer", value, "django.http.cookies" + SECRET_KEY), and the salt of Django 6.0.6.
    const keySalt = "django.http.cookies.v2:4:edgelandingsigner";
    const key = createHash("sha256").update(`${keySalt}django.http.cookies${SECRET_KEY}`).digest();
    expect(signature).toBe(createHmac("sha256", key).update(`${value}:${time}`).digest("base64url"));
  });

  test("is left alone where Django signed it, and replaced where nobody did", async () => {
    const has = async (landing: string): Promise<boolean> =>
      (await get("/", { landing: `"${landing}"` })).headers.getSetCookie().some((line) => line.startsWith("landing="));
    expect(await has(LANDING)).toBe(false);
    expect(await has(LANDING.replace("django", "elsewhere"))).toBe(true);
  });
});
