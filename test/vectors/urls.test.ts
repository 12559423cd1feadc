import { QueryDict } from "../../src/index.ts";
import { include, path, rePath, resolve, reverse, type URLPattern } from "../../src/urls.ts";
import { dictionary } from "./run/values.ts";
import { vectors } from "./run/vectors.ts";
import data from "./urls.json" with { type: "json" };

interface Options {
  name?: string;
  kwargs?: Record<string, unknown>;
  namespace?: string;
  appName?: string;
}

type Pattern = [kind: "path" | "rePath", route: string, view: string | Pattern[], options?: Options];
type Views = Map<unknown, string>;

/** Patterns of the case's urlconf; a view is known by its name. */
function build(conf: Pattern[], views: Views): URLPattern[] {
  return conf.map(([kind, route, target, { name, kwargs, namespace, appName } = {}]) => {
    const options = { ...(kwargs && { kwargs: { ...kwargs } }), ...(name !== undefined && { name }) };
    let view: unknown;
    if (typeof target === "string") {
      view = () => null;
      views.set(view, target);
    } else {
      const inner = build(target, views);
      view = include(appName === undefined ? inner : [inner, appName], namespace === undefined ? {} : { namespace });
    }
    return kind === "path" ? path(route, view as never, options) : rePath(new RegExp(route), view as never, options);
  });
}

const isPlain = (value: unknown): boolean =>
  value === null ||
  typeof value !== "object" ||
  Array.isArray(value) ||
  [null, Object.prototype].includes(Object.getPrototypeOf(value));
const plain = (value: unknown): unknown => (isPlain(value) ? value : String(value));
const plainValues = (kwargs: object): Record<string, unknown> =>
  dictionary(Object.entries(kwargs).map(([key, value]) => [key, plain(value)]));
/** The source of a RegExp has its slashes escaped, and Python names its groups with a P. */
const pythonless = (route: string): string => route.replaceAll("\\/", "/").replaceAll("(?P<", "(?<");

vectors(data, {
  resolve: (input: { path: string; urlconf: Pattern[] }) => {
    const views: Views = new Map();
    const match = resolve(input.path, build(input.urlconf, views));
    return {
      func: views.get(match.func),
      args: match.args.map(plain),
      kwargs: plainValues(match.kwargs),
      urlName: match.urlName,
      viewName: match.urlName ? match.viewName : null,
      appNames: match.appNames,
      namespaces: match.namespaces,
      appName: match.appName,
      namespace: match.namespace,
      route: pythonless(match.route),
      captured: plainValues(match.capturedKwargs ?? {}),
      extra: plainValues(match.extraKwargs ?? {}),
    };
  },
  reverse: (input: { name: string; urlconf: Pattern[]; options?: Record<string, unknown> }) => {
    const options = { ...input.options };
    const { query } = options;
    if (query && typeof query === "object" && "$qd" in query) options.query = new QueryDict(query.$qd as string);
    return reverse(input.name, { ...options, urlconf: build(input.urlconf, new Map()) });
  },
});
