/** Bare `node:http`, writing the bytes that djedge answers with: the floor under every server on Node. */

import { cookiesOf, queryOf, routes, seenCookie, signedCookie, signer } from "./floor.mjs";

const text = "text/plain; charset=utf-8";

function send(response, type, body, ...cookies) {
  const head = ["content-type", type, "content-length", Buffer.byteLength(body)];
  for (const cookie of cookies) head.push("set-cookie", cookie);
  response.writeHead(200, head);
  response.end(body);
}

export const name = "node:http";

export { signedCookie };

export const cases = {
  hello: (_request, response) => send(response, text, "Hello, world"),

  json({ url }, response) {
    const start = url.indexOf("/", 1) + 1;
    const id = Number(url.slice(start, url.indexOf("/", start)));
    const { q, page } = queryOf(url);
    send(response, "application/json", JSON.stringify({ id, q, page }));
  },

  cookies(request, response) {
    const { a, b, c } = cookiesOf(request.headers.cookie);
    send(response, text, `${a} ${b} ${c}`, "theme=dark; Path=/", seenCookie());
  },

  async form(request, response) {
    let body = "?";
    for await (const chunk of request.setEncoding("latin1")) body += chunk;
    send(response, "application/json", JSON.stringify(queryOf(body)));
  },

  table({ url }, response) {
    const end = url.indexOf("/", 1);
    send(response, text, `${routes.get(url.slice(1, end))} ${url.slice(end + 1, -1)}`);
  },

  signed(request, response) {
    const value = signer().unsign(cookiesOf(request.headers.cookie).visits);
    send(response, text, value, `visits=${signer().sign(String(Number(value) + 1))}; Path=/`);
  },
};
