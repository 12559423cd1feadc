import { urlHasAllowedHostAndScheme } from "../../src/utils.ts";
import { type Text, text } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";
import data from "./safe-urls.json" with { type: "json" };

interface Input {
  url: Text | null;
  allowedHosts: string[] | string | null;
  requireHttps: boolean;
}

vectors(data, {
  allowed: ({ url, allowedHosts, requireHttps }: Input) =>
    urlHasAllowedHostAndScheme(url === null ? url : text(url), allowedHosts, { requireHttps }),
});
