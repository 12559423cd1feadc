import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { QueryDict } from "../../src/http/querydict.ts";
import { growth, LINEAR } from "../linear.ts";

const named = (name: string): { name: string } => expect.objectContaining({ name });

describe("QueryDict", () => {
  // The examples of Django's page.
  test("keeps all values of a key, in order", () => {
    const q = new QueryDict("a=1&a=2&c=3");
    expect([...q.lists()]).toEqual([
      ["a", ["1", "2"]],
      ["c", ["3"]],
    ]);
    expect(q.getItem("a")).toBe("2");
    expect([...q.items()]).toEqual([
      ["a", "2"],
      ["c", "3"],
    ]);
    expect([...q.values()]).toEqual(["2", "3"]);
  });

  test("update appends, as in Django's example", () => {
    const q = new QueryDict("a=1", { mutable: true });
    q.update({ a: "2" });
    expect(q.getlist("a")).toEqual(["1", "2"]);
    expect(q.getItem("a")).toBe("2");
  });

  test("takes bytes in whatever view, and nothing else", () => {
    const buffer = new TextEncoder().encode("a=1&b=2").buffer;
    for (const bytes of [buffer, new DataView(buffer), new Uint8Array(buffer)]) {
      expect(new QueryDict(bytes).urlencode()).toBe("a=1&b=2");
      const q = new QueryDict(null, { mutable: true });
      q.set(bytes, bytes);
      expect(q.get("a=1&b=2")).toBe("a=1&b=2");
    }
    for (const other of [5, {}, new URLSearchParams("a=1")]) {
      expect(() => new QueryDict(other as never)).toThrow("QueryDict() takes a query string, as text or bytes");
    }
  });

  test("urlencode writes nothing as Python's None", () => {
    const q = new QueryDict(null, { mutable: true });
    (q as unknown as { setdefault(key: string): void }).setdefault("n");
    expect(q.urlencode()).toBe("n=None");
  });

  test("urlencode writes what was read, and lets safe characters stand", () => {
    expect(new QueryDict("a=2&b=3&b=5").urlencode()).toBe("a=2&b=3&b=5");
    const q = new QueryDict("", { mutable: true });
    q.set("next", "/a&b/");
    expect(q.urlencode()).toBe("next=%2Fa%26b%2F");
    expect(q.urlencode("/")).toBe("next=/a%26b/");
  });

  test("fromkeys has the value once for every time that a key comes", () => {
    expect([...QueryDict.fromkeys(["a", "a", "b"], "val").lists()]).toEqual([
      ["a", ["val", "val"]],
      ["b", ["val"]],
    ]);
    expect(() => QueryDict.fromkeys(["a"]).set("a", "1")).toThrow(named("AttributeError"));
    expect(QueryDict.fromkeys(["é"], "ü", { encoding: "latin-1", mutable: true }).urlencode()).toBe("%E9=%FC");
  });

  test("is immutable unless it says otherwise, and its copy is not", () => {
    const q = new QueryDict("a=1");
    const writes: (() => unknown)[] = [
      () => q.set("a", "2"),
      () => q.delete("a"),
      () => q.setlist("a", []),
      () => q.appendlist("a", "2"),
      () => q.setlistdefault("a"),
      () => q.setdefault("a", "2"),
      () => q.update({ a: "2" }),
      () => q.pop("a"),
      () => q.popitem(),
      () => q.clear(),
    ];
    for (const write of writes) expect(write).toThrow("This QueryDict instance is immutable");
    expect(writes[0]).toThrow(named("AttributeError"));
    const copy = q.copy();
    copy.appendlist("a", "2");
    expect(copy.getlist("a")).toEqual(["1", "2"]);
    expect(q.getlist("a")).toEqual(["1"]);
    expect(copy).toBeInstanceOf(QueryDict);
  });

  test("names the nearest option where one is misspelt", () => {
    expect(() => new QueryDict("", { mutabel: true } as object)).toThrow(/mutabel.*mutable/);
    expect(() => QueryDict.fromkeys([], "", { encodign: "x" } as object)).toThrow(TypeError);
  });

  test("asks for a charset only where there is something to decode", () => {
    expect(new QueryDict("a=1", { encoding: "bogus" }).get("a")).toBe("1");
    expect(() => new QueryDict("a=%41", { encoding: "bogus" })).toThrow("unknown encoding: bogus");
    expect(() => new QueryDict("a=€", { encoding: "latin-1" }).urlencode()).toThrow(named("UnicodeEncodeError"));
    expect(() => new QueryDict("a=1", { encoding: "latin-1" }).urlencode("€")).toThrow(named("UnicodeEncodeError"));
  });

  test("DEFAULT_CHARSET counts where no charset is given", () => {
    overrideSettings({ DEFAULT_CHARSET: "koi8-r" }, () => {
      const q = new QueryDict("a=%C1");
      expect(q.encoding).toBe("koi8-r");
      expect(q.get("a")).toBe("а");
    });
  });
});

describe("QueryDict under hostile input", () => {
  const ANY = { DATA_UPLOAD_MAX_NUMBER_FIELDS: null };

  test.each(["__proto__", "constructor", "hasOwnProperty", "toString"])("%s is a key like any other", (key) => {
    expect(new QueryDict("a=1").has(key)).toBe(false);
    const q = new QueryDict(`${key}=1&${key}=2&${key}[x]=3`);
    expect(q.getlist(key)).toEqual(["1", "2"]);
    expect(q.dict()[key]).toBe("2");
    expect(Object.getPrototypeOf(q.dict())).toBeNull();
  });

  test("NUL and lone surrogates are read; a surrogate cannot be written", () => {
    const q = new QueryDict("a=%00&b=\0&c=\ud800");
    expect([q.get("a"), q.get("b"), q.get("c")]).toEqual(["\0", "\0", "\ud800"]);
    expect(() => q.urlencode()).toThrow(named("UnicodeEncodeError"));
  });

  test("10,000 fields are too many by default, and all there without a limit", () => {
    const query = Array.from({ length: 10_000 }, (_, i) => `k${i}=${i}`).join("&");
    expect(() => new QueryDict(query)).toThrow(named("TooManyFieldsSent"));
    expect(() => new QueryDict("&".repeat(10_000))).toThrow(named("TooManyFieldsSent"));
    overrideSettings(ANY, () => {
      const q = new QueryDict(query);
      expect(q.size).toBe(10_000);
      expect(q.get("k9999")).toBe("9999");
    });
  });

  // What a careless search would read again and again: no "=", no "&", bad bytes, one key for all.
  test.each(["a&", "&", "=", "a=1&", "%ff", "+", "%C3%A9&", "%", "é%41"])("1 MB of %j takes linear time", async (unit) => {
    const make = (size: number): string => unit.repeat(size / unit.length);
    const work = (query: string): unknown => overrideSettings(ANY, () => new QueryDict(query).getlist("a").length);
    expect(await growth(2 ** 18, make, work)).toBeLessThan(LINEAR);
  });

  test("1 MB of different keys takes linear time to read and to write", async () => {
    const make = (size: number): string => Array.from({ length: size / 16 }, (_, i) => `key${i}=value${i}`).join("&");
    const work = (query: string): unknown => overrideSettings(ANY, () => new QueryDict(query).urlencode().length);
    expect(await growth(2 ** 18, make, work)).toBeLessThan(LINEAR);
  });

  test("any text at all is read, and comes back the same after being written", () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const alphabet = [..."ab=&+%;é😀\0 019cCfF[]"];
    for (let round = 0; round < 300; round++) {
      const query = Array.from({ length: random(40) }, () => alphabet[random(alphabet.length)]).join("");
      const first = new QueryDict(query);
      expect([...new QueryDict(first.urlencode()).lists()], query).toEqual([...first.lists()]);
      expect([...new QueryDict(first.urlencode("/[]")).lists()], query).toEqual([...first.lists()]);
    }
  });
});
