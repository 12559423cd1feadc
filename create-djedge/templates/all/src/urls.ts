import { path } from "djedge/urls";
import * as views from "./views.ts";

export const urlpatterns = [
  path("", views.home, { name: "home" }),
  path("api/squares/<int:number>/", views.square, { name: "square" }),
];
