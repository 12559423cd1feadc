/** Small texts: query strings, cookies, `Accept`, `Range`, and signatures. The usual library for each comes first. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { parseCookie as cookieParse } from "cookie";
import { HttpRequest, HttpResponse, parseCookie, QueryDict, settings } from "djedge";
import { getCookieSigner } from "djedge/signing";
import { path, resolve } from "djedge/urls";
import { LinearRouter } from "hono/router/linear-router";
import Negotiator from "negotiator";
import parseRangeOfNpm from "range-parser";
import { addRoute, createRouter, findRoute } from "rou3";
// Ranges have no door of their own.
import { parseRange } from "../dist/http/range.js";
import { bytesOf } from "./candidates/webcrypto.mjs";

settings.configure({ SECRET_KEY: "bench-secret-key" });

const plainQuery = "q=edge&page=2&sort=name&direction=asc&tag=a&tag=b&limit=50&offset=100&view=list&lang=en";
const encodedQuery = "q=caf%C3%A9+au+lait&page=2&sort=na%6De&filter%5Bprice%5D=10%E2%82%AC&tag=a%26b&tag=%2Bc&path=%2Fa%2Fb%2F";
const cookies =
  "sessionid=38afes7a8qd5kl2mf0vz; csrftoken=kU2WvZmQwXh7; theme=dark; lang=en-GB; _ga=GA1.2.123456789.1700000000; " +
  "consent=yes; cart=eyJpdGVtcyI6W119; seen=1";
const threeCookies = "theme=dark; lang=en-GB; seen=1";
const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const range = "bytes=0-1023,2048-4095,-512";
const value = "eyJ1c2VyIjo0Miwicm9sZXMiOlsiZWRpdG9yIl19";

/** Works that must give the same; `same` tells what is compared. */
function comparing(works, same = (result) => JSON.stringify(result), batch = 2000) {
  return async () => {
    const results = new Set();
    for (const work of Object.values(works)) results.add(same(await work()));
    if (results.size > 1) throw new Error(`The candidates disagree: ${[...results].join(" | ")}`);
    return { batch, works: Object.fromEntries(Object.entries(works).map(([name, work]) => [name, { work }])) };
  };
}

const query = (text) =>
  comparing({
    URLSearchParams: () => fieldsOf(new URLSearchParams(text), "getAll"),
    djedge: () => fieldsOf(new QueryDict(text), "getlist"),
  });

const fieldsOf = (parsed, all) =>
  [parsed.get("q"), parsed.get("page"), parsed.get("path"), parsed[all]("tag")].map((x) => x ?? null);

function acceptedBy() {
  const request = new HttpRequest();
  request.META.HTTP_ACCEPT = accept;
  return request.getPreferredType(["application/json", "text/html"]);
}

const key = utf8ToBytes("bench-secret-key");

/** The last of 200 routes: Hono's linear router, the one of h3, and ours, whose table is itty-router's. */
function matching() {
  const view = () => new HttpResponse();
  const urlpatterns = Array.from({ length: 200 }, (_, i) => path(`resource${i}/<str:name>/`, view));
  const linear = new LinearRouter();
  const tree = createRouter();
  for (let i = 0; i < 200; i++) {
    linear.add("GET", `/resource${i}/:name/`, view);
    addRoute(tree, "GET", `/resource${i}/:name/`, view);
  }
  const url = "/resource199/last/";
  return comparing({
    "Hono's linear": () => linear.match("GET", url)[0][0][1].name,
    "h3's rou3": () => findRoute(tree, "GET", url).params.name,
    djedge: () => resolve(url, urlpatterns).kwargs.name,
  });
}

export const cases = {
  matching: matching(),

  query: query(plainQuery),
  "query, encoded": query(encodedQuery),

  cookies: comparing({
    cookie: () => cookieParse(cookies),
    djedge: () => parseCookie(cookies),
  }),
  "cookies, three": comparing({
    cookie: () => cookieParse(threeCookies),
    djedge: () => parseCookie(threeCookies),
  }),

  accept: comparing({
    negotiator: () => new Negotiator({ headers: { accept } }).mediaType(["application/json", "text/html"]),
    djedge: acceptedBy,
  }),

  range: comparing(
    {
      "range-parser": () => parseRangeOfNpm(10_000, range).map(({ start, end }) => ({ start, end: end + 1 })),
      djedge: () => parseRange(range, 10_000),
    },
    (ranges) => ranges.map(({ start, end }) => `${start}-${end}`).join(),
  ),

  // Each signs in its own way: what they have in common is one HMAC of one text.
  signing: comparing(
    {
      "HMAC, bare": () => hmac(sha256, key, utf8ToBytes(value)),
      djedge: () => getCookieSigner({ salt: "visits" }).sign(value),
      "WebCrypto, awaited": () => bytesOf("visits", value),
    },
    (result) => result.length > 30,
    500,
  ),
};
