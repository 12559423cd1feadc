import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../../src/conf/index.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { exceptionReporterFilter, SafeExceptionReporterFilter } from "../../../src/views/debug/filter.ts";

const STARS = "********************";
const filter = new SafeExceptionReporterFilter();

function post(form: string): HttpRequest {
  return HttpRequest.fromRequest(
    new Request("http://a/", { method: "POST", body: form, headers: { "content-type": "application/x-www-form-urlencoded" } }),
  );
}

describe("cleanseSetting", () => {
  test.each(["SECRET_KEY", "api_token", "PASSWORD", "My-Signature", "AUTH_USER", "X_API", "HTTP_COOKIE", "sessionid"])(
    "%s is a secret",
    (key) => {
      expect(filter.cleanseSetting(key, "value")).toBe(STARS);
      expect(filter.cleanseSetting(key, { deep: "value" })).toBe(STARS);
    },
  );

  test("others are not, but what is inside may be", () => {
    expect(filter.cleanseSetting("DEBUG", true)).toBe(true);
    const value = { NAME: "x", PASSWORD: "y", list: [{ token: "z", other: 1 }] };
    expect({ ...(filter.cleanseSetting("DATABASE", value) as object) }).toMatchObject({
      NAME: "x",
      PASSWORD: STARS,
      list: [{ token: STARS, other: 1 }],
    });
    expect(value.PASSWORD).toBe("y");
  });

  test("a method of one's own counts inside, too", () => {
    class Own extends SafeExceptionReporterFilter {
      override cleanseSetting(key: string, value: unknown): unknown {
        return key === "dsn" ? "***" : super.cleanseSetting(key, value);
      }
    }
    expect(new Own().cleanseSetting("N", { dsn: "s", inner: { dsn: "s" } })).toEqual({ dsn: "***", inner: { dsn: "***" } });
  });

  test("what is too deep to be looked at is hidden", () => {
    let value: unknown = { password: "leak" };
    for (let i = 0; i < 10; i++) value = { value };
    expect(JSON.stringify(filter.cleanseSetting("N", value))).not.toContain("leak");
    expect(filter.cleanseSetting("N", { a: 1 })).toEqual({ a: 1 });
  });

  test("a circle ends", () => {
    const circle: Record<string, unknown> = { token: "t" };
    circle.self = circle;
    expect(filter.cleanseSetting("CIRCLE", circle)).toMatchObject({ token: STARS });
  });
});

test("settings, META and cookies are cleansed", async () => {
  await overrideSettings({ SECRET_KEY: "s3cret", SECRET_KEY_FALLBACKS: ["older"] }, () => {
    expect(filter.getSafeSettings()).toMatchObject({ SECRET_KEY: STARS, SECRET_KEY_FALLBACKS: STARS, DEBUG: false });
  });
  const request = HttpRequest.fromRequest(
    new Request("http://a/", {
      headers: { authorization: "Basic x", cookie: "sessionid=1; csrftoken=2; theme=dark", "x-plain": "p" },
    }),
  );
  expect(filter.getSafeRequestMeta(request)).toMatchObject({ HTTP_AUTHORIZATION: STARS, HTTP_COOKIE: STARS, HTTP_X_PLAIN: "p" });
  expect({ ...filter.getSafeCookies(request) }).toEqual({ sessionid: STARS, csrftoken: STARS, theme: "dark" });
});

describe("getPostParameters", () => {
  test("hides what sensitivePostParameters() named, and nothing without it", async () => {
    const request = post("user=u&password=p&password=q&other=o");
    expect((await filter.getPostParameters(request)).getlist("password")).toEqual(["p", "q"]);
    Object.assign(request, { sensitivePostParameters: ["password", "absent"] });
    expect([...(await filter.getPostParameters(request)).lists()]).toEqual([
      ["user", ["u"]],
      ["password", [STARS]],
      ["other", ["o"]],
    ]);
    Object.assign(request, { sensitivePostParameters: "__ALL__" });
    expect((await filter.getPostParameters(request)).dict()).toMatchObject({ user: STARS, password: STARS, other: STARS });
    expect((await request.POST).get("password")).toBe("q");
  });

  test("a subclass that is not active hides nothing", async () => {
    class Open extends SafeExceptionReporterFilter {
      override isActive(): boolean {
        return false;
      }
    }
    const request = Object.assign(post("a=b"), { sensitivePostParameters: "__ALL__" });
    expect((await new Open().getPostParameters(request)).get("a")).toBe("b");
  });
});

describe("exceptionReporterFilter", () => {
  test("the request's, the settings', or Django's; an instance or a class", () => {
    class Own extends SafeExceptionReporterFilter {}
    const request = new HttpRequest();
    expect(exceptionReporterFilter(request)).toBeInstanceOf(SafeExceptionReporterFilter);
    overrideSettings({ DEFAULT_EXCEPTION_REPORTER_FILTER: Own }, () =>
      expect(exceptionReporterFilter(request)).toBeInstanceOf(Own),
    );
    const own = new Own();
    request.exceptionReporterFilter = own;
    expect(exceptionReporterFilter(request)).toBe(own);
  });

  test("one that has some methods only has Django's others, which use its own", () => {
    const request = new HttpRequest();
    request.META.ANY = "thing";
    request.exceptionReporterFilter = { cleanseSetting: (key: string) => `own ${key}` };
    expect(exceptionReporterFilter(request).getSafeRequestMeta(request)).toMatchObject({ ANY: "own ANY" });
  });
});
