/** The requests of the dispatch cases, and what every candidate has to answer. */

const form = Array.from({ length: 10 }, (_, i) => `field${i}=value+${i}%21`).join("&");
const headers = { host: "localhost:8000", accept: "*/*", "user-agent": "bench", "accept-encoding": "gzip, deflate" };

/** case → [URL, init, whether a response's text is right] */
export const requests = {
  hello: ["http://localhost:8000/", { headers }, (text) => text === "Hello, world"],
  json: [
    "http://localhost:8000/items/42/?q=edge&page=2",
    { headers },
    (text) => text.replace(/\s/g, "") === '{"id":42,"q":"edge","page":"2"}',
  ],
  cookies: [
    "http://localhost:8000/",
    { headers: { ...headers, cookie: "a=one; b=two; c=three" } },
    (text, response) => text === "one two three" && response.headers.getSetCookie().length === 2,
  ],
  form: [
    "http://localhost:8000/",
    {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded", "content-length": String(form.length) },
      body: form,
    },
    (text) => JSON.parse(text).field9 === "value 9!",
  ],
  table: ["http://localhost:8000/resource199/last/", { headers }, (text) => text === "199 last"],
  signed: [
    "http://localhost:8000/",
    { headers },
    (text, response) => text === "1" && response.headers.getSetCookie().length === 1,
  ],
};
