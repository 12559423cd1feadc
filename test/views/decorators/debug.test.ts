import { expect, test } from "vitest";
import { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { noAppendSlash } from "../../../src/views/decorators/common.ts";
import { type SensitiveRequest, sensitivePostParameters } from "../../../src/views/decorators/debug.ts";

function view(): HttpResponse {
  return new HttpResponse("ok");
}

test("sensitivePostParameters leaves the names on the request, or that all are meant", async () => {
  const request = new HttpRequest() as HttpRequest & SensitiveRequest;
  await sensitivePostParameters("a", "b")(view)(request, {});
  expect(request.sensitivePostParameters).toEqual(["a", "b"]);
  await sensitivePostParameters()(view)(request, {});
  expect(request.sensitivePostParameters).toBe("__ALL__");
});

test("sensitivePostParameters given a view says how it is used", () => {
  expect(() => sensitivePostParameters(view as never)).toThrow(TypeError);
});

test("decorated views keep their name and their marks", () => {
  const marked = sensitivePostParameters()(noAppendSlash(view));
  expect(marked.name).toBe("view");
  expect((marked as { shouldAppendSlash?: boolean }).shouldAppendSlash).toBe(false);
  expect(view).not.toHaveProperty("shouldAppendSlash");
});
