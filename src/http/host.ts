/**
 * Which hosts a request may be for.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { DisallowedHost, KeyError } from "../core/exceptions.ts";
import type { Environ } from "./environ.ts";

/** A host name or an IPv6 address, and a port (RFC 1034, RFC 1035, RFC 3986 section 3.2.2). */
const HOST = /^([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([0-9]+))?$/;

/** The host that a request is for, with its port, by the algorithm of PEP 3333, and checked. */
export function hostOf(environ: Environ, secure: boolean): string {
  const forwarded = settings.USE_X_FORWARDED_HOST ? environ.header("x-forwarded-host") : undefined;
  const host = forwarded ?? environ.header("host");
  if (host !== undefined) return checkHost(host);
  const port = portOf(environ);
  const name = read(environ, "SERVER_NAME");
  return checkHost(port === (secure ? "443" : "80") ? name : `${name}:${port}`);
}

/** The port that a request is for. */
export function portOf(environ: Environ): string {
  const forwarded = settings.USE_X_FORWARDED_PORT ? environ.header("x-forwarded-port") : undefined;
  return forwarded ?? String(read(environ, "SERVER_PORT"));
}

/**
 * `host` where `ALLOWED_HOSTS` lets it pass.
 *
 * @throws DisallowedHost where it does not, or where `host` is no host name
 */
export function checkHost(host: string): string {
  const { ALLOWED_HOSTS, DEBUG } = settings;
  const allowed = DEBUG && ALLOWED_HOSTS.length === 0 ? [".localhost", "127.0.0.1", "[::1]"] : ALLOWED_HOSTS;
  const [domain] = splitDomainPort(host);
  if (domain && allowed.some((pattern) => pattern === "*" || isSameDomain(domain, pattern))) return host;
  throw new DisallowedHost(
    `Invalid HTTP_HOST header: ${JSON.stringify(host)}. ${
      domain
        ? `You may need to add ${JSON.stringify(domain)} to ALLOWED_HOSTS.`
        : "The domain name provided is not valid according to RFC 1034/1035."
    }`,
  );
}

/** The domain, in lower case and without a dot at its end, and the port of a host; both empty where it is not valid. */
export function splitDomainPort(host: string): [domain: string, port: string] {
  const [, domain = "", port = ""] = HOST.exec(host.toLowerCase()) ?? [];
  return [domain.endsWith(".") ? domain.slice(0, -1) : domain, port];
}

/** Whether `host` is `pattern`, or within it where that begins with a dot; `host` is in lower case. */
export function isSameDomain(host: string, pattern: string): boolean {
  const lower = pattern.toLowerCase();
  return lower !== "" && (lower === host || (lower.startsWith(".") && (host.endsWith(lower) || host === lower.slice(1))));
}

function read(environ: Environ, key: string): string {
  const value = environ.META[key];
  if (value === undefined) throw new KeyError(key);
  return value;
}
