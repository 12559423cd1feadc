import { describe, expect, test } from "vitest";
import { type Form, normalize } from "../../src/utils/regex_helper.ts";

/** A form as Django writes it: `%(name)s`, and `_` for a group without a name. */
const write = ({ literals, parameters }: Form): string =>
  literals.map((literal, i) => literal + (parameters[i] ? `%(${parameters[i]?.name ?? "_"})s` : "")).join("");
const forms = (regex: RegExp): string[] | undefined => normalize(regex.source)?.map(write);

describe("normalize(), Django's own tests (utils_tests/test_regex_helper)", () => {
  test("nothing is nothing", () => expect(normalize("")?.map(write)).toEqual([""]));
  test("what is escaped is itself", () => expect(forms(/\\\^\$\.\|\?\*\+\(\)\[/)).toEqual(["\\^$.|?*+()["]));
  test("groups stand for their values", () => expect(forms(/(.*)-(.+)/)).toEqual(["%(_)s-%(_)s"]));
  test("groups that do not capture are their content", () => expect(forms(/(?:non-capturing)/)).toEqual(["non-capturing"]));
  test("named groups have names", () => expect(forms(/(?<first>.*)-(?<second>.*)/)).toEqual(["%(first)s-%(second)s"]));
  test("a reference repeats a value", () => expect(forms(/(?<name>.*)-\k<name>/)).toEqual(["%(name)s-%(name)s"]));
});

describe("normalize()", () => {
  test.for<[RegExp, string[] | undefined]>([
    [/^a\/$/, ["a/"]],
    [/^x?y*z+$/, ["z"]],
    [/a{2}b{0}c{1,3}d{2,}e{0,4}/, ["aacdd"]],
    [/a{b}c{,2}/, ["a{b}c{,2}"]],
    [/a+?b*?c??d{2}?/, ["add"]],
    [/(?:a(b)?)?c/, ["c", "ac", "a%(_)sc"]],
    [/(a)?(?<b>b)?/, ["", "%(b)s", "%(_)s", "%(_)s%(b)s"]],
    [/(?:(?<p>\w+))/, ["%(p)s"]],
    [/((a)(b\)[)]))c/, ["%(_)sc"]],
    [/(?=a)(?!b)(?<=c)(?<!d)e/, ["e"]],
    [/[abc][\d][^/][\]x]\w\d\s\W\D\S\b./, ["a0^]x0 !xx."]],
    [/\u00e9\xe9\t\//, ["éé\t/"]],
    [/a|b/, undefined],
    [/(?:a|b)c/, undefined],
    [/(a|b)c/, ["%(_)sc"]],
    [/(a)\1/, undefined],
  ])("%s", ([regex, expected]) => expect(forms(regex)).toEqual(expected));

  test("what could have matched does match", () => {
    for (const regex of [/^q\/x?y*z+\/$/, /^set\/[abc]\/\d\/\w\/$/, /^a{2,4}\/(?:b\/){3}c?$/, /^\.\/\s\W[^x]$/]) {
      for (const form of normalize(regex.source) ?? []) expect(form.literals.join("")).toMatch(regex);
    }
  });

  test("does not fail on an expression that ends too soon", () => {
    const source = "^a(?:b(?<c>d)[e\\]f]{2,3})?\\k<c>$";
    for (let i = 0; i < source.length; i++) normalize(source.slice(0, i));
  });
});
