/**
 * The URLs of the site.
 */

import { path, type URLPattern } from "djedge/urls";
import * as views from "./views.ts";

export const urlpatterns: URLPattern[] = [
  path("", views.home, { name: "home" }),
  path("search/", views.searchNames, { name: "search" }),
  path("guestbook/", views.guestbook, { name: "guestbook" }),
  path("cookies/", views.cookies, { name: "cookies" }),
  path("report/", views.report, { name: "report" }),
  path("report.csv", views.reportCsv, { name: "report_csv" }),
  path("api/names/", views.apiNames, { name: "api_names" }),
  path("api/names/<int:index>/", views.apiName, { name: "api_name" }),
  path("events/", views.events, { name: "events" }),
  path("events/stream/", views.eventStream, { name: "event_stream" }),
  path("files/", views.files, { name: "files" }),
  path("files/<str:name>", views.file, { name: "file" }),
  path("files/<str:name>/delete/", views.deleteFile, { name: "delete_file" }),
  path("static/<str:name>", views.staticFile, { name: "static" }),
  path("old/", views.old, { name: "old" }),
  path("broken/", views.broken, { name: "broken" }),
];
