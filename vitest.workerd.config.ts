import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

export default mergeConfig(
  base,
  defineConfig({
    plugins: [
      cloudflareTest({
        miniflare: { compatibilityDate: "2026-11-01", r2Buckets: ["BUCKET"], kvNamespaces: ["KV"], cf: false },
      }),
    ],
  }),
);
