import { expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../src/http/response.ts";
import { XFrameOptionsMiddleware } from "../../src/middleware/clickjacking.ts";

const request = new HttpRequest();

test("XFrameOptionsMiddleware sets the setting, in capitals", async () => {
  const response = await new XFrameOptionsMiddleware(() => new HttpResponse()).call(request);
  expect(response.get("X-Frame-Options")).toBe("DENY");
  overrideSettings({ X_FRAME_OPTIONS: "sameorigin" }, () => {
    const other = new XFrameOptionsMiddleware(() => new HttpResponse()).call(request) as HttpResponseBase;
    expect(other.get("X-Frame-Options")).toBe("SAMEORIGIN");
  });
});

test("XFrameOptionsMiddleware leaves a header and an exempt response alone", async () => {
  const set = new HttpResponse("", { headers: { "x-frame-options": "other" } });
  expect((await new XFrameOptionsMiddleware(() => set).call(request)).get("X-Frame-Options")).toBe("other");
  const exempt = Object.assign(new HttpResponse(), { xframeOptionsExempt: true });
  expect((await new XFrameOptionsMiddleware(async () => exempt).call(request)).has("X-Frame-Options")).toBe(false);
});

test("a subclass chooses the value by request and response", async () => {
  class ByStatus extends XFrameOptionsMiddleware {
    override getXframeOptionsValue(_: HttpRequest, response: HttpResponseBase): string {
      return response.statusCode === 200 ? "SAMEORIGIN" : "DENY";
    }
  }
  expect((await new ByStatus(() => new HttpResponse()).call(request)).get("X-Frame-Options")).toBe("SAMEORIGIN");
});
