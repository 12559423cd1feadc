/**
 * The URLs of the site.
 */

import { path, type URLPattern } from "djedge/urls";
import * as files from "./views/files.ts";
import * as forms from "./views/forms.ts";
import * as pages from "./views/pages.ts";
import * as streams from "./views/streams.ts";

export const urlpatterns: URLPattern[] = [
  path("", pages.home, { name: "home" }),
  path("hello/<str:name>/", pages.hello, { name: "hello" }),
  path("search/", pages.search, { name: "search" }),
  path("api/names/", pages.apiNames, { name: "api_names" }),
  path("api/names/<int:index>/", pages.apiName, { name: "api_name" }),
  path("old/", pages.old, { name: "old" }),
  path("broken/", pages.broken, { name: "broken" }),
  path("favicon.ico", pages.favicon),
  path("static/<str:name>", pages.staticFile, { name: "static" }),

  path("guestbook/", forms.guestbook, { name: "guestbook" }),
  path("cart/", forms.cart, { name: "cart" }),
  path("cookies/", forms.cookies, { name: "cookies" }),

  path("report/", streams.report, { name: "report" }),
  path("report.csv", streams.reportCsv, { name: "report_csv" }),
  path("events/", streams.events, { name: "events" }),
  path("events/stream/", streams.eventStream, { name: "event_stream" }),

  path("files/", files.files, { name: "files" }),
  path("files/<str:name>", files.file, { name: "file" }),
  path("files/<str:name>/delete/", files.deleteFile, { name: "delete_file" }),
  path("download/", files.download, { name: "download" }),
  path("download/numbers.txt", files.numbers, { name: "numbers" }),
];
