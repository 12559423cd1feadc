/** Uploads over real sockets, on each runtime: senders that are held back, clients that leave, and the clients there are. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetPeak, holdings, runtimes, startApp } from "./programs.ts";
import { RawClient, type Server } from "./servers.ts";

const MB = 2 ** 20;
const HEAD = '--B\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n';
const TAIL = "\r\n--B--\r\n";

/** Bytes that are sent for the comparison of memory; 4 GB on demand. */
const LONG = Number(process.env.DJEDGE_UPLOAD_BYTES ?? 256 * MB);

const head = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=B\r\n` +
  `Content-Length: ${length}\r\n\r\n`;

/** The output of a program; nothing where there is no such program. */
async function run(program: string, args: string[], input = ""): Promise<string | undefined> {
  const child = spawn(program, args);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdin.on("error", () => {}).end(input);
  try {
    await once(child, "close");
    return output;
  } catch {
    return undefined;
  }
}

const curl = await run("curl", ["--version"]);
const python = await run("python3", ["--version"]);

describe.each(runtimes)("on %s", (runtime) => {
  let server: Server;
  const directory = mkdtempSync(join(tmpdir(), "djedge-wire-uploads-"));
  const temporary = mkdtempSync(join(tmpdir(), "djedge-wire-temporary-"));

  beforeAll(async () => {
    server = await startApp(runtime, "uploads", { UPLOADS: temporary });
  });
  afterAll(async () => {
    await server?.stop();
    for (const path of [directory, temporary]) rmSync(path, { recursive: true, force: true });
  });

  async function state(): Promise<{ begun: number; waiting: number; interrupted: number }> {
    return (await fetch(`${server.url}/state/`)).json() as ReturnType<typeof state>;
  }

  /** Sends a form with one file of `length` bytes, made on the way. */
  async function upload(path: string, length: number, { port } = server): Promise<string> {
    const client = await RawClient.connect(port);
    client.send(head(path, HEAD.length + length + TAIL.length) + HEAD);
    const chunk = new Uint8Array(MB).fill(120);
    for (let sent = 0; sent < length; sent += chunk.length) {
      const flowing = client.socket.write(chunk.subarray(0, length - sent));
      if (!flowing) await once(client.socket, "drain");
    }
    client.send(TAIL);
    return client.end(60_000);
  }

  test("a handler that waits holds the sender back", async () => {
    const client = await RawClient.connect(server.port);
    const length = 64 * MB;
    client.send(head("/wait/", HEAD.length + length + TAIL.length) + HEAD);
    client.send(new Uint8Array(length));
    client.send(TAIL);
    while ((await state()).waiting === 0) await sleep(10);
    const accepted = (): number => client.socket.bytesWritten - client.socket.writableLength;
    // What the kernels and the runtime take before they stop.
    for (let before = -1; before !== accepted(); await sleep(300)) before = accepted();
    expect((await state()).waiting).toBeLessThan(MB);
    expect(accepted()).toBeLessThan(24 * MB);
    await fetch(`${server.url}/release/`);
    expect(await client.end(30_000)).toMatch(new RegExp(`\\b${length}\\b`));
  });

  test("a client that leaves in a file is told to the handlers", async () => {
    const { interrupted } = await state();
    const leave = ["end", "reset"] as const;
    for (const way of leave) {
      const { begun } = await state();
      const client = await RawClient.connect(server.port);
      client.send(head("/count/", 10 * MB) + HEAD);
      client.send(new Uint8Array(MB));
      while ((await state()).begun === begun) await sleep(10);
      if (way === "end") client.close();
      else client.reset();
    }
    for (let tries = 0; (await state()).interrupted < interrupted + leave.length && tries < 200; tries++) await sleep(10);
    expect((await state()).interrupted).toBe(interrupted + leave.length);
  });

  test.runIf(runtime !== "workerd")("and leaves no temporary file behind, neither does one that gets its answer", async () => {
    const client = await RawClient.connect(server.port);
    client.send(head("/describe/", 10 * MB) + HEAD);
    client.send(new Uint8Array(5 * MB));
    while (readdirSync(temporary).length === 0) await sleep(10);
    client.reset();
    expect(await upload("/describe/", 6 * MB)).toContain(`"size":${6 * MB}`);
    const left = (): string[] => [
      ...readdirSync(temporary),
      ...holdings(server).descriptors.filter((path) => path.startsWith(temporary)),
    ];
    for (let tries = 0; left().length > 0 && tries < 200; tries++) await sleep(10);
    expect(left()).toEqual([]);
  });

  test("a long file that is only counted takes no more memory than draining it", async () => {
    /** How far the memory of a server grows over what it has before its first request. */
    const growth = async (path: string, seen: number): Promise<number> => {
      // What another request left behind would count: each has a server of its own.
      const fresh = await startApp(runtime, "uploads");
      try {
        const { memory } = holdings(fresh);
        forgetPeak(fresh);
        expect(await upload(path, LONG, fresh)).toMatch(new RegExp(`\\b${seen}\\b`));
        return (holdings(fresh).peak - memory) / MB;
      } finally {
        await fresh.stop();
      }
    };
    let [drained, counted] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // How much garbage there is at a time is chance, and only ever adds to what is needed: the least of a few tries counts.
    for (let tries = 0; tries < 5 && (tries === 0 || counted > drained + 8); tries++) {
      drained = Math.min(drained, await growth("/drain/", HEAD.length + LONG + TAIL.length));
      counted = Math.min(counted, await growth("/count/", LONG));
    }
    expect(counted - drained).toBeLessThanOrEqual(8);
    // As much as a Worker may have on Cloudflare, here of all that the process takes for it.
    if (runtime === "workerd") expect(counted).toBeLessThan(128);
  }, 900_000);

  describe("files of", () => {
    const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const empty = createHash("sha256").digest("hex");
    const data = { size: content.length, sha256 };
    const path = (name: string): string => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };

    test.runIf(curl)("curl: names with quotes and umlauts, several, a type of its own, chunked", async () => {
      const args = [
        ...["--silent", "--show-error", `${server.url}/describe/`, "--form", "title=ä\nß", "--form", "title=2"],
        ...[
          "--form",
          `f=@"${path('a"b.txt').replace(/["\\]/g, "\\$&")}"`,
          "--form",
          `f=@${path("ü 1.png")};type=text/x;charset=utf-8`,
        ],
        ...["--form", `g=@${path("x.bin")};filename="../ö;1.bin"`, "--form", "empty=@/dev/null;filename=empty"],
      ];
      const expected = (quote: string): unknown => ({
        fields: [["title", ["ä\nß", "2"]]],
        files: [
          { field: "f", name: `a${quote}b.txt`, contentType: "text/plain", ...data },
          { field: "f", name: "ü 1.png", contentType: "text/x", ...data },
          { field: "g", name: "ö;1.bin", contentType: "application/octet-stream", ...data },
          { field: "empty", name: "empty", contentType: "application/octet-stream", size: 0, sha256: empty },
        ],
      });
      // As browsers do, and as Django's own test client does.
      expect(JSON.parse((await run("curl", args)) ?? "")).toEqual(expected("%22"));
      const chunked = [...args, "--form-escape", "--header", "Transfer-Encoding: chunked"];
      expect(JSON.parse((await run("curl", chunked)) ?? "")).toEqual(expected('"'));
    });

    test.runIf(python)("Python: the email package's encoding through http.client, base64 and all", async () => {
      const program = `
import http.client, json, sys
from email.mime.multipart import MIMEMultipart
from email.mime.application import MIMEApplication
from email.mime.text import MIMEText
content = bytes((i * 31 + (i >> 8)) & 255 for i in range(100000))
form = MIMEMultipart("form-data", boundary="=_py")
field = MIMEText("ä ß", "plain", "utf-8")
field.add_header("Content-Disposition", "form-data", name="title")
form.attach(field)
for filename in ["a.bin", ("utf-8", "de", "ü 1.bin")]:
    part = MIMEApplication(content)
    part.add_header("Content-Disposition", "form-data", name="f", filename=filename)
    form.attach(part)
body = form.as_bytes().split(b"\\n\\n", 1)[1].replace(b"\\n", b"\\r\\n")
connection = http.client.HTTPConnection("127.0.0.1", ${server?.port})
connection.request("POST", "/describe/", body, {"Content-Type": "multipart/form-data; boundary=\\"=_py\\""})
print(connection.getresponse().read().decode())
`;
      const answer = await run("python3", ["-"], program);
      expect(JSON.parse(answer ?? "")).toEqual({
        fields: [["title", ["ä ß"]]],
        files: [
          { field: "f", name: "a.bin", contentType: "application/octet-stream", ...data },
          { field: "f", name: "ü 1.bin", contentType: "application/octet-stream", ...data },
        ],
      });
    });

    test("undici: FormData, with names that it has to escape", async () => {
      const body = new FormData();
      body.append('ti"tle\r\n', "ä\nß");
      body.append("f", new File([content], "ü.txt", { type: "text/plain" }));
      body.append("f", new File([content], 'a"b\n.txt'));
      body.append("g", new File([], ""));
      const response = await fetch(`${server.url}/describe/`, { method: "POST", body });
      expect(await response.json()).toEqual({
        // The standard's own escapes, which Django leaves as they are.
        fields: [
          ["ti%22tle%0D%0A", ["ä\r\nß"]],
          // A file input that nobody used; to Django it is a field.
          ["g", [""]],
        ],
        files: [
          { field: "f", name: "ü.txt", contentType: "text/plain", ...data },
          { field: "f", name: "a%22b%0A.txt", contentType: "application/octet-stream", ...data },
        ],
      });
    });
  });
});
