import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { checkHost, isSameDomain, splitDomainPort } from "../../src/http/host.ts";
import { growth, LINEAR } from "../linear.ts";

const disallowed = expect.objectContaining({ name: "DisallowedHost" });

describe("checkHost", () => {
  test("lets through what ALLOWED_HOSTS has, with its port", () => {
    overrideSettings({ ALLOWED_HOSTS: ["example.com", ".sub.test", "[::1]", "ANOTHER.com"] }, () => {
      for (const host of [
        "example.com",
        "EXAMPLE.com:80",
        "example.com.",
        "sub.test",
        "a.b.sub.test",
        "[::1]:8000",
        "another.com",
      ]) {
        expect(checkHost(host), host).toBe(host);
      }
      for (const host of ["evil.com", "notexample.com", "example.com.evil.com", "xsub.test", "[::2]"]) {
        expect(() => checkHost(host), host).toThrow(`You may need to add`);
      }
    });
  });

  test("takes nothing for a host that is none, whatever is allowed", () => {
    overrideSettings({ ALLOWED_HOSTS: ["*"] }, () => {
      for (const host of [
        "",
        "a b",
        "a/b@c",
        "a, b",
        "exa_mple.com",
        "a:b",
        "a:80:80",
        "[::1",
        "é.com",
        "a\n",
        "a:80\n",
        "[x]",
      ]) {
        expect(() => checkHost(host), host).toThrow(disallowed);
        expect(() => checkHost(host), host).toThrow("RFC 1034/1035");
      }
    });
  });

  test("lets local hosts through under DEBUG, where nothing else is allowed", () => {
    overrideSettings({ DEBUG: true }, () => {
      for (const host of ["localhost", "x.localhost:80", "127.0.0.1", "[::1]"]) expect(checkHost(host)).toBe(host);
      expect(() => checkHost("example.com")).toThrow(disallowed);
    });
    overrideSettings({ DEBUG: true, ALLOWED_HOSTS: ["a.com"] }, () => expect(() => checkHost("localhost")).toThrow(disallowed));
  });

  test("takes linear time for a header of 1 MB", async () => {
    for (const unit of ["a.", "[:", "1:"]) {
      const work = (host: string): unknown => splitDomainPort(host);
      expect(await growth(2 ** 18, (size) => unit.repeat(size / 2), work), unit).toBeLessThan(LINEAR);
    }
  });
});

test("isSameDomain takes an empty pattern for none", () => {
  expect(isSameDomain("example.com", "")).toBe(false);
  expect(isSameDomain("example.com", ".")).toBe(false);
  expect(isSameDomain("a.example.com", "example.com")).toBe(false);
});
