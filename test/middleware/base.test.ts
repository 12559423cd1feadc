import { describe, expect, test } from "vitest";
import { getFetchApplication, type HttpRequest, HttpResponse, type HttpResponseBase } from "../../src/index.ts";
import { MiddlewareMixin } from "../../src/middleware.ts";

class Early extends MiddlewareMixin {
  override processRequest(request: HttpRequest): HttpResponse | undefined {
    return request.path === "/early/" ? new HttpResponse("early") : undefined;
  }
}
class Late extends MiddlewareMixin {
  override processResponse(_request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    response.set("X-Late", "1");
    return response;
  }
}
class Neither extends MiddlewareMixin {}

describe("MiddlewareMixin", () => {
  const views = { "a view": () => new HttpResponse("view"), "an asynchronous view": async () => new HttpResponse("view") };
  test.each(Object.entries(views))("needs neither of its methods, around %s", async (_, view) => {
    const app = getFetchApplication({ view, middleware: [Late, Neither, Early] });
    const get = async (path: string): Promise<unknown[]> => {
      const response = await app.fetch(new Request(`http://h${path}`));
      return [await response.text(), response.headers.get("X-Late")];
    };
    expect([await get("/"), await get("/early/")]).toEqual([
      ["view", "1"],
      ["early", "1"],
    ]);
  });

  test("a processResponse that returns nothing is an error that names the middleware", async () => {
    class Forgetful extends MiddlewareMixin {
      override processResponse(): HttpResponseBase {
        return undefined as never;
      }
    }
    const logged: string[] = [];
    const settings = {
      LOGGER: { error: (_name: string, message: string, error?: unknown) => void logged.push(`${message} ${error}`) },
    };
    for (const view of Object.values(views)) {
      const app = getFetchApplication({ view, middleware: [Forgetful], settings });
      expect((await app.fetch(new Request("http://h/"))).status).toBe(500);
      expect(logged.pop()).toContain("The middleware Forgetful didn't return an HttpResponse object");
    }
  });
});
