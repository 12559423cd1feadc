import { defineConfig } from "vitepress";

const guide = [
  ["Getting started", "getting-started"],
  ["Porting a Django view", "porting"],
  ["Requests", "requests"],
  ["Responses", "responses"],
  ["Streaming", "streaming"],
  ["Uploads", "uploads"],
  ["Signed cookies and sessions", "sessions"],
  ["URLs", "urls"],
  ["Middleware", "middleware"],
  ["Testing", "testing"],
  ["Security", "security"],
  ["Errors", "errors"],
  ["In front of a Django site", "in-front-of-django"],
  ["Deployment", "deployment"],
] as const;

const facts = [
  ["From Django to here", "from-django"],
  ["Conformance", "conformance"],
  ["Speed and size", "performance"],
  ["What runtimes forbid", "runtimes"],
  ["Django’s security history", "security-history"],
] as const;

const entries = ["djedge", "urls", "signing", "uploads", "middleware", "decorators", "utils", "test", "node"];

export default defineConfig({
  title: "djedge",
  description: "Django's django.http for the edge: the same views on Cloudflare Workers, Deno, Bun and Node.",
  lang: "en",
  cleanUrls: true,
  // Braces in a text are braces.
  markdown: { attrs: { disable: true } },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/getting-started" },
      { text: "API", link: "/api/djedge" },
    ],
    sidebar: [
      { text: "Guide", items: guide.map(([text, page]) => ({ text, link: `/${page}` })) },
      { text: "Facts", items: facts.map(([text, page]) => ({ text, link: `/${page}` })) },
      {
        text: "API",
        items: entries.map((name) => ({ text: name === "djedge" ? name : `djedge/${name}`, link: `/api/${name}` })),
      },
    ],
    outline: [2, 3],
  },
});
