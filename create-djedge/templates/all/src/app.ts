import { type FetchApplication, getFetchApplication } from "djedge";
import { CommonMiddleware, CsrfViewMiddleware, SecurityMiddleware, XFrameOptionsMiddleware } from "djedge/middleware";
import { urlpatterns } from "./urls.ts";

/** What the environment says. */
interface Env {
  SECRET_KEY?: string;
  /** Host names, with commas between them. */
  ALLOWED_HOSTS?: string;
  /** "1" shows errors in detail: never in public. */
  DEBUG?: string;
}

export const app: FetchApplication = getFetchApplication({
  urlconf: urlpatterns,
  middleware: [SecurityMiddleware, CommonMiddleware, CsrfViewMiddleware, XFrameOptionsMiddleware],
  settings: (env: Env) => ({
    SECRET_KEY: env.SECRET_KEY ?? "",
    ALLOWED_HOSTS: (env.ALLOWED_HOSTS ?? "").split(",").filter(Boolean),
    DEBUG: env.DEBUG === "1",
  }),
});
