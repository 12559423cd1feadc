import { describe, expect, test } from "vitest";
import { ValueError } from "../../src/core/exceptions.ts";
import { QueryDict } from "../../src/http/querydict.ts";
import { MultiValueDict } from "../../src/utils/datastructures.ts";

const HOSTILE = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "length", "0", "", "\0", "\ud800"];

/** A dictionary as a parser makes it, unsorted, with `count` pairs. */
function parsed(count: number): MultiValueDict<string> {
  return new QueryDict(Array.from({ length: count }, (_, i) => `k${i % 5}=${i}`).join("&"));
}

describe("MultiValueDict", () => {
  test("reads the last value, copies the list, and tells an empty list from none", () => {
    const dict = new MultiValueDict<string>([
      ["name", ["Adrian", "Simon"]],
      ["empty", []],
    ]);
    expect(dict.getItem("name")).toBe("Simon");
    expect(dict.getItem("empty")).toEqual([]);
    expect(dict.get("empty")).toBeUndefined();
    expect(dict.get("empty", "x")).toBe("x");
    expect(dict.getlist("name")).toEqual(["Adrian", "Simon"]);
    dict.getlist("name").push("changed");
    expect(dict.getlist("name")).toEqual(["Adrian", "Simon"]);
    expect(dict.getlist("nope", ["d"])).toEqual(["d"]);
    expect(dict.has("empty")).toBe(true);
    expect(dict.size).toBe(2);
    expect(() => dict.getItem("nope")).toThrow(expect.objectContaining({ name: "MultiValueDictKeyError" }));
  });

  test("takes any key, and lends nothing of its own prototype", () => {
    const dict = new MultiValueDict<number>();
    for (const key of HOSTILE) expect(dict.has(key), key).toBe(false);
    for (const [i, key] of HOSTILE.entries()) dict.appendlist(key, i);
    for (const [i, key] of HOSTILE.entries()) expect(dict.get(key), key).toBe(i);
    expect(Object.getPrototypeOf(dict.dict())).toBeNull();
    expect(Object.keys(dict.dict()).toSorted()).toEqual(HOSTILE.toSorted());
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("update adds values and replaces none, also its own and very many", () => {
    const dict = new MultiValueDict<number>({ a: [1] });
    dict.update(new MultiValueDict([["a", [2, 3]]]));
    dict.update({ a: 4, b: 5 });
    dict.update([["b", 6]]);
    dict.update(dict);
    expect([...dict.lists()]).toEqual([
      ["a", [1, 2, 3, 4, 1, 2, 3, 4]],
      ["b", [5, 6, 5, 6]],
    ]);
    const many = new MultiValueDict<number>([["a", Array.from({ length: 300_000 }, (_, i) => i)]]);
    dict.update(many);
    expect(dict.getlist("a").length).toBe(300_008);
  });

  test("setlistdefault gives the list itself, pop takes it out, popitem takes the last key", () => {
    const dict = new MultiValueDict<number>();
    dict.setlistdefault("a").push(1);
    expect(dict.setlistdefault("a", [9])).toEqual([1]);
    expect(dict.setdefault("b", 2)).toBe(2);
    expect(dict.popitem()).toEqual(["b", [2]]);
    expect(dict.pop("a")).toEqual([1]);
    expect(dict.pop("a", undefined)).toBeUndefined();
    expect(() => dict.pop("a")).toThrow(expect.objectContaining({ name: "MultiValueDictKeyError" }));
    expect(() => dict.popitem()).toThrow(expect.objectContaining({ name: "MultiValueDictKeyError" }));
    expect(() => dict.delete("a")).toThrow(expect.objectContaining({ name: "MultiValueDictKeyError" }));
  });

  test("a copy has lists of its own; JSON has the last values", () => {
    const dict = new MultiValueDict<number>({ a: [1, 2] });
    const copy = dict.copy();
    copy.appendlist("a", 3);
    expect(dict.getlist("a")).toEqual([1, 2]);
    expect(JSON.stringify(dict)).toBe('{"a":2}');
  });

  // Few pairs are searched as they are, more are sorted first: nobody may see which.
  test.each([0, 1, 2, 5, 16, 17, 40])("%i pairs read the same before and after they are sorted into lists", (count) => {
    const sorted = parsed(count);
    sorted.lists();
    const keys = [...sorted.keys()];
    expect([...parsed(count)]).toEqual([...sorted]);
    expect([...parsed(count).values()]).toEqual([...sorted.values()]);
    expect({ ...parsed(count).dict() }).toEqual({ ...sorted.dict() });
    expect(parsed(count).size).toBe(sorted.size);
    for (const key of [...keys, "nope"]) {
      expect(parsed(count).get(key, "none")).toBe(sorted.get(key, "none"));
      expect(parsed(count).has(key)).toBe(sorted.has(key));
      expect(parsed(count).getlist(key)).toEqual(sorted.getlist(key));
    }
    for (const key of keys) expect(parsed(count).getItem(key)).toBe(sorted.getItem(key));
    expect(() => parsed(count).getItem("nope")).toThrow(expect.objectContaining({ name: "MultiValueDictKeyError" }));
  });

  test("what a parser found may hold an empty list as a value", () => {
    class Parsed extends MultiValueDict<unknown> {
      constructor() {
        super();
        this.fill(["a", []]);
      }
    }
    const dict = new Parsed();
    expect(dict.get("a", "d")).toBe("d");
    expect(dict.getItem("a")).toEqual([]);
  });
});

test("update() refuses what is no pair, as Django does", () => {
  const refused: unknown[] = [["a", "b"], [["a", 1, 2]], [[]]];
  for (const entries of refused) expect(() => new MultiValueDict().update(entries as never)).toThrow(ValueError);
});

test("getItem() gives a value that is an empty list itself", () => {
  const list: unknown[] = [];
  expect(new MultiValueDict({ key: [list] }).getItem("key")).toBe(list);
});
