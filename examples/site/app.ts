/**
 * The application: URLs, middleware and settings. A start file gives it to its runtime.
 */

import { ExceptionReporter, type FetchApplication, getFetchApplication, type Settings } from "djedge";
import {
  CommonMiddleware,
  CsrfViewMiddleware,
  type KVNamespaceLike,
  KVSessionStore,
  SecurityMiddleware,
  SessionMiddleware,
  XFrameOptionsMiddleware,
} from "djedge/middleware";
import { StorageUploadHandler } from "./uploads.ts";
import { urlpatterns } from "./urls.ts";

/** What a Worker's `env` may hold; the other runtimes have none. */
interface Env {
  SECRET_KEY?: string;
  KV?: KVNamespaceLike;
}

export const app: FetchApplication = getFetchApplication({
  urlconf: urlpatterns,
  middleware: [SecurityMiddleware, SessionMiddleware, CommonMiddleware, CsrfViewMiddleware, XFrameOptionsMiddleware],
  settings: (env: Env | undefined): Partial<Settings> => ({
    // A demo on your own machine: debug pages, and a key that is no secret.
    DEBUG: true,
    DEFAULT_EXCEPTION_REPORTER: ExceptionReporter,
    ALLOWED_HOSTS: ["localhost", "127.0.0.1", "[::1]"],
    SECRET_KEY: env?.SECRET_KEY ?? "a demo's key is no secret",
    // Sessions live in Workers KV where there is one, else in signed cookies.
    SESSION_STORE: env?.KV ? ({ KV }: { KV: KVNamespaceLike }) => new KVSessionStore(KV) : null,
    FILE_UPLOAD_HANDLERS: [StorageUploadHandler],
    DATA_UPLOAD_MAX_NUMBER_FILES: 20,
  }),
});
