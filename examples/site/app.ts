/**
 * The application: URLs, middleware and settings. A start file gives it to its runtime.
 */

import { getFetchApplication } from "djedge";
import {
  CommonMiddleware,
  CsrfViewMiddleware,
  SecurityMiddleware,
  SessionMiddleware,
  XFrameOptionsMiddleware,
} from "djedge/middleware";
import { urlpatterns } from "./urls.ts";

/** What a Worker's `env` may say; the other runtimes have none. */
interface Env {
  SECRET_KEY?: string;
}

export const app: ReturnType<typeof getFetchApplication> = getFetchApplication({
  urlconf: urlpatterns,
  middleware: [SecurityMiddleware, SessionMiddleware, CommonMiddleware, CsrfViewMiddleware, XFrameOptionsMiddleware],
  settings: (env: unknown) => ({
    // A demo on your own machine: debug pages, and a key that is no secret.
    DEBUG: true,
    ALLOWED_HOSTS: ["localhost", "127.0.0.1", "[::1]"],
    SECRET_KEY: (env as Env | undefined)?.SECRET_KEY ?? "a demo's key is no secret",
    DATA_UPLOAD_MAX_NUMBER_FILES: 20,
  }),
});
