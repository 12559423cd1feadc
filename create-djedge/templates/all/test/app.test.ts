import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "djedge/test";
import { app } from "../src/app.ts";

const env = { SECRET_KEY: "for tests alone", ALLOWED_HOSTS: "testserver" };

test("the page greets whoever said their name", async () => {
  const client = new Client(app, { env });
  assert.match((await client.get("/")).text, /Hello, world/);
  const response = await client.post("/", { name: "<Ada>" }, { follow: true });
  assert.deepEqual(response.redirectChain, [["/", 302]]);
  assert.match(response.text, /Hello, &#60;Ada&#62;/);
});

test("the API squares", async () => {
  const response = await new Client(app, { env }).get("/api/squares/12/");
  assert.deepEqual(response.json(), { number: 12, square: 144 });
});
