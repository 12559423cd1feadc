/**
 * The demo site in a browser, on the other runtimes: what depends on them. The rest is in site.test.ts.
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startSite } from "../wire/servers.ts";
import { launch, Visitor } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.concurrent.each(["deno", "bun", "node"] as const)("the demo site on %s", (runtime) => {
  let server: Server;
  beforeAll(async () => {
    server = await startSite(runtime, "browser");
  });
  afterAll(() => server?.stop());

  test("takes forms, files and cookies, and sends streams, events and ranges", async () => {
    const { context, page, complaints } = await Visitor.of(browser, server);
    await page.goto("/guestbook/");
    await page.getByLabel("Your name").fill("Ada ☃");
    await page.getByLabel("A message").fill("Grüße");
    await page.getByRole("button", { name: "Sign" }).click();
    await page.getByText("Ada ☃").waitFor();

    await page.goto("/cookies/");
    await page.reload();
    await page.getByText("You were here 2 times").waitFor();
    expect(await page.evaluate(() => document.cookie)).not.toContain("visits");

    await page.goto("/files/");
    const buffer = await page.screenshot();
    const names = ["Bild ü.png", "二.png"];
    await page.getByLabel("Files to upload").setInputFiles(names.map((name) => ({ name, mimeType: "image/png", buffer })));
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Upload", exact: true }).click()]);
    for (const name of names) {
      const image = page.locator("li", { hasText: name }).locator("img");
      await image.scrollIntoViewIfNeeded();
      await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1280);
      const part = await context.request.get(`/files/${encodeURIComponent(name)}`, { headers: { Range: "bytes=1-3" } });
      expect([part.status(), await part.text()]).toEqual([206, "PNG"]);
      await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: `Delete ${name}` }).click()]);
      expect(await image.count()).toBe(0);
    }

    await page.goto("/report/", { waitUntil: "commit" });
    await page.locator("tbody tr").nth(1).waitFor();
    expect(await page.getByText("Done.").count()).toBe(0);
    await page.evaluate(() => stop());
    await expect.poll(() => server.output(), { timeout: 5000 }).toContain("report: the client left");
    await page.goto("/events/");
    await page.getByText("Connected again").waitFor();
    await page.getByText("Tick 9", { exact: true }).waitFor();
    expect(await page.getByText(/^Tick 8$/).count()).toBe(1);

    await page.goto("/download/");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("status 206").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("8,388,608 bytes in 2 requests").waitFor();

    await page.goto("/broken/");
    await page.getByText("Caused by").waitFor();
    await context.close();
    expect(complaints).toEqual([expect.stringContaining("500")]);
  });
});
