import { HttpResponsePermanentRedirect, HttpResponseRedirect } from "../../src/index.ts";
import data from "./redirects.json" with { type: "json" };
import { type Text, text } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

const classes = { HttpResponseRedirect, HttpResponsePermanentRedirect };

vectors(data, {
  redirect: (input: { cls: keyof typeof classes; url: Text; options?: object }) => {
    const response = new classes[input.cls](text(input.url), { ...input.options });
    const location = response.getItem("Location");
    const shown = location.length > 200 ? [location.length, location.slice(0, 50)] : location;
    return [response.statusCode, shown, response.url === location, response.getItem("Content-Type")];
  },
});
