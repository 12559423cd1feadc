/**
 * The demo site on workerd, as a visitor's browser sees it.
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Server, startSite } from "../wire/servers.ts";
import { accessibilityProblems, DESKTOP, launch, overflow, PHONE, Visitor } from "./visitor.ts";

let server: Server;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [server, browser] = await Promise.all([startSite("workers", "browser"), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  visitor = await Visitor.of(browser, server);
  page = visitor.page;
});
afterEach(async () => {
  await visitor.context.close();
  expect(visitor.complaints).toEqual([]);
});

/** Each page as a visitor meets it, with something on it. */
const pages: Record<string, () => Promise<unknown>> = {
  home: () => page.goto("/"),
  search: () => page.goto("/search/?q=cookie"),
  "guest book": async () => {
    await page.goto("/guestbook/");
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("A message").fill("Hello");
    await page.getByRole("button", { name: "Sign" }).click();
    await page.getByText("Hello").waitFor();
  },
  "guest book with errors": async () => {
    await page.goto("/guestbook/");
    await page.getByRole("button", { name: "Sign" }).click();
    await page.getByText("Please say who you are.").waitFor();
    forgive(/422/);
  },
  cart: async () => {
    await page.goto("/cart/");
    await page.getByRole("button", { name: "Add: Magic pony" }).click();
    await page.getByRole("table").waitFor();
  },
  cookies: async () => {
    await page.goto("/cookies/");
    await page.reload();
  },
  report: async () => {
    await page.goto("/report/");
    await page.getByText("Done.").waitFor();
  },
  events: async () => {
    await page.goto("/events/");
    await page.getByText("Tick 2", { exact: true }).waitFor();
  },
  files: async () => {
    await page.goto("/files/");
    await uploadFiles([{ name: "dot.png", mimeType: "image/png", buffer: await png() }]);
  },
  download: () => page.goto("/download/"),
  "the error of a view": async () => {
    await page.goto("/broken/");
    forgive(/500/);
  },
  "a form that is refused": async () => {
    await page.goto("/guestbook/");
    await visitor.context.clearCookies();
    await page.getByRole("button", { name: "Sign" }).click();
    await page.getByText("CSRF").first().waitFor();
    forgive(/403/);
  },
  "a page that is not there": async () => {
    await page.goto("/nowhere/");
    forgive(/404/);
  },
};

describe.each(Object.keys(pages))("the page: %s", (name) => {
  test("is accessible, light and dark, and fits a phone", async () => {
    await pages[name]?.();
    expect(await accessibilityProblems(page)).toEqual([]);
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      expect(await overflow(page)).toBe(0);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityProblems(page, "color-contrast")).toEqual([]);
  });
});

describe("forms", () => {
  test("search by GET, with what was asked still in the field", async () => {
    await page.goto("/search/");
    await page.getByRole("searchbox").fill('signed "ü" <b>');
    await page.getByRole("searchbox").press("Enter");
    await page.getByText("0 of").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe('signed "ü" <b>');
    await page.getByRole("searchbox").fill("signed cookie");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("request.getSignedCookie()").waitFor();
    expect(page.url()).toBe(`${server.url}/search/?q=signed+cookie`);
  });

  test("post, redirect, get: a reload posts nothing again", async () => {
    await page.goto("/guestbook/");
    await page.getByLabel("Your name").fill("Django Reinhardt ☃");
    await page.getByLabel("A message").fill("Zwei Zeilen,\n<b>Grüße</b> & \u{1f3b8}");
    await page.getByRole("button", { name: "Sign" }).click();
    await page.getByText("Django Reinhardt ☃").waitFor();
    await page.reload();
    expect(await page.locator(".cards li").count()).toBe(1);
    expect(await page.locator(".cards li p").first().textContent()).toBe(
      "Zwei Zeilen,\r\n<b>Grüße</b> & \u{1f3b8}".replace("\r", ""),
    );
  });

  test("keep what was typed where something is missing, and say what", async () => {
    await page.goto("/guestbook/");
    await page.getByLabel("A message").fill("Nobody wrote this");
    await page.getByRole("button", { name: "Sign" }).click();
    const name = page.getByLabel("Your name");
    await page.getByText("Please say who you are.").waitFor();
    expect(await name.getAttribute("aria-describedby")).toBe("name-error");
    expect(await page.getByLabel("A message").inputValue()).toBe("Nobody wrote this");
    forgive(/422/);
  });

  test("of another site are refused", async () => {
    await page.goto("/guestbook/");
    await page.goto(`http://localhost:${server.port}/`); // another site than 127.0.0.1
    await page.evaluate((action) => {
      document.body.innerHTML = `<form method="post" action="${action}"><input name="name" value="x"><input name="text" value="x"></form>`;
      document.querySelector("form")?.submit();
    }, `${server.url}/guestbook/`);
    await page.waitForURL(`${server.url}/guestbook/`);
    await page.getByText("CSRF").first().waitFor();
    forgive(/403/);
  });
});

describe("cookies", () => {
  test("that are HttpOnly are hidden from scripts, and none crosses sites by POST", async () => {
    await page.goto("/cookies/");
    await page.getByLabel("Your favourite flavour").fill("Crème brûlée; 50 %");
    await page.getByRole("button", { name: "Set the cookie" }).click();
    await page.getByText("Crème brûlée; 50 %").waitFor();
    const cookies = Object.fromEntries((await visitor.context.cookies()).map((cookie) => [cookie.name, cookie]));
    expect(cookies.visits).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false, path: "/" });
    expect(cookies.flavour).toMatchObject({ httpOnly: false, sameSite: "Lax" });
    const seen = await page.evaluate(() => document.cookie);
    expect(seen).toContain("flavour=");
    expect(seen).not.toContain("visits=");

    await page.goto(`http://localhost:${server.port}/`);
    const posted = page.waitForRequest((request) => request.method() === "POST");
    await page.evaluate((action) => {
      document.body.innerHTML = `<form method="post" action="${action}"></form>`;
      document.querySelector("form")?.submit();
    }, `${server.url}/cookies/`);
    expect((await (await posted).allHeaders()).cookie ?? "").not.toMatch(/visits|flavour/);
    await page.getByText("CSRF").first().waitFor();
    forgive(/403/);
  });

  test("count, and are deleted", async () => {
    await page.goto("/cookies/");
    await page.reload();
    await page.getByText("You were here 2 times").waitFor();
    await page.getByRole("button", { name: "Delete my cookies" }).click();
    await page.getByText("You were here once").waitFor();
  });

  test("of a tampered signature count as none", async () => {
    await page.goto("/cookies/");
    const visits = (await visitor.context.cookies()).find(({ name }) => name === "visits");
    if (!visits) throw new Error("no cookie");
    await visitor.context.addCookies([{ ...visits, value: visits.value.replace(/^"?1/, "9") }]);
    await page.reload();
    await page.getByText("You were here once").waitFor();
  });
});

test("a session remembers the cart, and forgets it when asked", async () => {
  await page.goto("/cart/");
  await page.getByRole("button", { name: "Add: Magic pony" }).click();
  await page.getByRole("button", { name: "Add: Magic pony" }).click();
  await page.getByRole("button", { name: "Add: Guitar strings" }).click();
  await page.getByText("€ 38.90").waitFor();
  await page.getByText("4 times").waitFor();
  await page.getByText("Workers KV").waitFor();
  expect((await visitor.context.cookies()).find(({ name }) => name === "sessionid")).toMatchObject({
    httpOnly: true,
    sameSite: "Lax",
  });
  await page.getByRole("button", { name: "Forget me" }).click();
  await page.getByText("Your cart is empty").waitFor();
  await page.getByText("once").waitFor();
});

describe("streams", () => {
  test("the report is seen while it grows", async () => {
    await page.goto("/report/", { waitUntil: "commit" });
    await page.locator("tbody tr").nth(1).waitFor();
    expect(await page.locator("tbody tr").count()).toBeLessThan(8);
    expect(await page.getByText("Done.").count()).toBe(0);
    await page.getByText("Done.").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(12);
  });

  test("the report ends on the server when its reader leaves", async () => {
    await page.goto("/report/", { waitUntil: "commit" });
    await page.locator("tbody tr").nth(1).waitFor();
    const before = server.output().split("report: the client left").length;
    await page.evaluate(() => stop());
    await expect.poll(() => server.output().split("report: the client left").length, { timeout: 5000 }).toBe(before + 1);
  });

  test("events go on after a reconnect where they had stopped: Last-Event-ID", async () => {
    await page.goto("/events/");
    await page.getByText("Tick 10", { exact: true }).waitFor();
    await page.getByText("Connected again").waitFor();
    const ticks = await page.locator(".ticks li span").allTextContents();
    expect(ticks.slice(-10)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => `Tick ${number}`));
  });

  test("a CSV is saved under its name", async () => {
    await page.goto("/");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "report.csv" }).click()]);
    expect(download.suggestedFilename()).toBe("report.csv");
    const text = await textOf(await download.createReadStream());
    expect(text.split("\r\n").length).toBe(50_002);
  });
});

describe("downloads", () => {
  test("resume with a range after a pause, byte for byte", async () => {
    const statuses: number[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith("numbers.txt")) statuses.push(response.status());
    });
    await page.goto("/download/");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("status 206").waitFor();
    await page.waitForTimeout(300);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused at").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("8,388,608 bytes in 2 requests").waitFor();
    expect(statuses).toEqual([206, 206]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Save numbers.txt" }).click(),
    ]);
    const text = await textOf(await download.createReadStream());
    expect(text.length).toBe(8_388_608);
    let wrong = -1;
    for (let line = 0; line < 524_288 && wrong < 0; line++) {
      if (text.slice(line * 16, line * 16 + 16) !== `${String(line).padStart(15)}\n`) wrong = line;
    }
    expect(wrong).toBe(-1);
  });
});

describe("uploads", () => {
  const names = ["Grüße ☃.txt", "日本語 \u{1f3b8}.txt", 'with "quotes" & <b>.txt', "100 % #1?.txt"];

  test("several files keep their names and their bytes, and are deleted again", async () => {
    await page.goto("/files/");
    await uploadFiles(names.map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(`content of ${name}`) })));
    for (const name of names.map(stored)) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name, exact: true }).click(),
      ]);
      expect(await textOf(await download.createReadStream())).toBe(`content of ${name.replaceAll("%22", '"')}`);
      expect(download.suggestedFilename().slice(0, 4)).toBe(name.slice(0, 4));
      await page.getByRole("button", { name: `Delete ${name}`, exact: true }).click();
      await expect.poll(() => page.getByRole("link", { name, exact: true }).count()).toBe(0);
    }
  });

  test("show their progress, of more than R2 takes in one part", async () => {
    await page.goto("/files/");
    const network = await visitor.context.newCDPSession(page);
    await network.send("Network.enable");
    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 5e6,
    });
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(globalThis, { seen });
      const status = document.querySelector("[role=status]");
      if (status)
        new MutationObserver(() => seen.push(Number.parseInt(status.textContent ?? "", 10))).observe(status, { childList: true });
      addEventListener("pagehide", () => sessionStorage.setItem("seen", JSON.stringify(seen)));
    });
    const buffer = Buffer.alloc(8_000_000, "0123456789");
    await uploadFiles([{ name: "big.bin", mimeType: "application/octet-stream", buffer }]);
    const seen = JSON.parse(await page.evaluate(() => sessionStorage.getItem("seen") ?? "[]")) as number[];
    expect(seen.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(2);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    const part = await visitor.context.request.get("/files/big.bin", { headers: { Range: "bytes=5242875-5242884" } });
    expect([part.status(), part.headers()["content-range"], await part.text()]).toEqual([
      206,
      "bytes 5242875-5242884/8000000",
      "5678901234",
    ]);
    await page.getByRole("button", { name: "Delete big.bin" }).click();
    await expect.poll(() => page.getByRole("link", { name: "big.bin" }).count()).toBe(0);
  });

  test("work without a script, and an image is its own thumbnail", async () => {
    const { context, page } = await Visitor.of(browser, server, { javaScriptEnabled: false });
    await page.goto("/files/");
    await page
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "kleines Bild.png", mimeType: "image/png", buffer: await png() }]);
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByRole("link", { name: "kleines Bild.png" }).waitFor();
    const image = page.locator("li", { hasText: "kleines Bild.png" }).locator("img");
    await image.scrollIntoViewIfNeeded();
    expect(await image.boundingBox()).toMatchObject({ height: 144 });
    const response = await context.request.get("/files/kleines%20Bild.png");
    expect([response.headers()["content-type"], (await response.body()).equals(await png())]).toEqual(["image/png", true]);
    await page.getByRole("button", { name: "Delete kleines Bild.png" }).click();
    await expect.poll(() => image.count()).toBe(0);
    await context.close();
  });

  test("an empty file input uploads nothing", async () => {
    await page.goto("/files/");
    await page.locator("input[type=file]").evaluate((input) => input.removeAttribute("required"));
    const before = await page.locator(".cards li").count();
    const [response] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.waitForEvent("load"),
      page.getByRole("button", { name: "Upload", exact: true }).click(),
    ]);
    expect(response.status()).toBe(302);
    expect(await page.locator(".cards li").count()).toBe(before);
  });

  test("a sound is played where it is stored, from the middle", async () => {
    await page.goto("/files/");
    await uploadFiles([{ name: "tone.wav", mimeType: "audio/wav", buffer: wav(10) }]);
    const audio = page.locator("audio");
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBe(10);
    await audio.evaluate((element: HTMLAudioElement) => {
      return new Promise((resolve) => {
        element.onseeked = resolve;
        element.currentTime = 5;
      });
    });
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Delete tone.wav" }).click()]);
    expect(await audio.count()).toBe(0);
  });
});

test("the keyboard alone will do", async () => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");

  await page.goto("/guestbook/");
  for (let presses = 0; (await focused()) !== "name" && presses < 20; presses++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).not.toBe("none");
  }
  await page.keyboard.type("Ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type("No mouse");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("No mouse").waitFor();
});

test("the debug page tells the error, its cause and the request, without a script and by keyboard", async () => {
  const { context, page } = await Visitor.of(browser, server, { javaScriptEnabled: false });
  await page.goto("/broken/?secret=no");
  await page.getByText("This view is broken").first().waitFor();
  await page.getByText("Caused by").waitFor();
  await page.getByText("SyntaxError").first().waitFor();
  await page.getByText("/broken/?secret=no").first().waitFor();
  expect(await page.content()).not.toContain("a demo's key is no secret");
  const folded = page.locator("details:not([open])").first();
  await folded.locator("summary").focus();
  await page.keyboard.press("Enter");
  expect(await folded.or(page.locator("details[open]")).first().getAttribute("open")).toBe("");
  await context.close();
});

test("a page that is not there lists the routes that were tried", async () => {
  await page.goto("/nowhere/");
  await page.getByText("guestbook/").first().waitFor();
  forgive(/404/);
});

/** A complaint of the browser that is due. */
function forgive(pattern: RegExp): void {
  const index = visitor.complaints.findIndex((complaint) => pattern.test(complaint));
  expect(index, `no complaint of ${pattern} among ${visitor.complaints}`).toBeGreaterThanOrEqual(0);
  visitor.complaints.splice(index, 1);
}

/** The name that arrives: browsers write a quote so, and Django too leaves it. */
function stored(name: string): string {
  return name.replaceAll('"', "%22");
}

async function uploadFiles(files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.getByLabel("Files to upload").setInputFiles(files);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Upload", exact: true }).click()]);
  for (const { name } of files) await page.getByRole("link", { name: stored(name), exact: true }).waitFor();
}

/** What has the focus: its name, or its text. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute("name") ?? activeElement?.textContent ?? "";
  });
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The site's icon, as an image that Chromium made of it. */
let image: Promise<Buffer> | undefined;
function png(): Promise<Buffer> {
  image ??= (async () => {
    const { context, page } = await Visitor.of(browser, server, { viewport: { width: 320, height: 240 } });
    await page.setContent(`<body style="margin:0;height:100vh;background:linear-gradient(45deg,#0a6847,#ffd43b)">`);
    const picture = await page.screenshot();
    await context.close();
    return picture;
  })();
  return image;
}

/** A sound of 8-bit samples, 8000 a second. */
function wav(seconds: number): Buffer {
  const length = seconds * 8000;
  const buffer = Buffer.alloc(44 + length, 128);
  buffer.write("RIFF", 0).toString();
  buffer.writeUInt32LE(36 + length, 4);
  buffer.write("WAVEfmt ", 8);
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(8000, 24);
  buffer.writeUInt32LE(8000, 28);
  buffer.writeUInt16LE(1, 32);
  buffer.writeUInt16LE(8, 34);
  buffer.write("data", 36);
  buffer.writeUInt32LE(length, 40);
  return buffer;
}
