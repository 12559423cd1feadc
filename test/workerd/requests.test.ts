import { expect, test } from "vitest";
import { HttpRequest } from "../../src/http/request.ts";

test("toRequest() passes on what Cloudflare knows of the client", () => {
  const cf = { colo: "FRA", country: "DE" };
  const native = new Request("http://testserver/", { cf } as RequestInit);
  expect((HttpRequest.fromRequest(native).toRequest() as Request & { cf?: unknown }).cf).toEqual(cf);
});
