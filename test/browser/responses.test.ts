/**
 * What a browser makes of responses, on each runtime: a video element that seeks through a file, and an EventSource that
 * reconnects.
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runtimes, startApp } from "../wire/programs.ts";
import type { Server } from "../wire/servers.ts";
import { launch, Visitor } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.each(runtimes)("on %s", (runtime) => {
  let server: Server;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    server = await startApp(runtime, "responses");
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    visitor = await Visitor.of(browser, server);
    page = visitor.page;
  });
  afterEach(async () => {
    await visitor.context.close();
    expect(visitor.complaints).toEqual([]);
  });

  const json = async (path: string): Promise<unknown[]> => (await fetch(`${server.url}${path}`)).json() as Promise<unknown[]>;

  test("a video element seeks through a FileResponse by its ranges", async () => {
    await page.goto("/player/");
    const seek = (seconds: number): Promise<{ duration: number; currentTime: number; seekable: number }> =>
      page.evaluate(async (seconds) => {
        const video = document.querySelector("video") as HTMLVideoElement;
        const once = (name: string): Promise<unknown> =>
          new Promise((resolve, reject) => {
            video.addEventListener(name, resolve, { once: true });
            video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true });
          });
        if (video.readyState < HTMLMediaElement.HAVE_METADATA) await once("loadedmetadata");
        const seeked = once("seeked");
        video.currentTime = seconds;
        await seeked;
        const { duration, currentTime } = video;
        return { duration, currentTime, seekable: video.seekable.end(0) };
      }, seconds);
    expect(await seek(290)).toEqual({ duration: 300, currentTime: 290, seekable: 300 });
    expect(await seek(150)).toMatchObject({ currentTime: 150 });
    const asked = (await json("/ranges/")).map((range) => Number(/^bytes=(\d+)-/.exec(String(range))?.[1]));
    // It asked for the places where it went, and not for what lies before them.
    const bytesPerSecond = 176_400;
    expect(asked[0]).toBe(0);
    expect(asked.some((start) => start > 250 * bytesPerSecond)).toBe(true);
    expect(asked.some((start) => start > 100 * bytesPerSecond && start < 200 * bytesPerSecond)).toBe(true);
  });

  test("an EventSource reconnects with Last-Event-ID, and goes on where it was", async () => {
    await page.goto("/empty/");
    const received = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const received: unknown[] = [];
          const source = new EventSource("/events/");
          source.addEventListener("number", ({ data, lastEventId }) => {
            received.push([JSON.parse(data).n, lastEventId]);
            if (received.length < 8) return;
            source.close();
            resolve(received);
          });
        }),
    );
    expect(received).toEqual(Array.from({ length: 8 }, (_, i) => [i + 1, String(i + 1)]));
    expect((await json("/lastEventIds/")).slice(0, 3)).toEqual([null, "3", "6"]);
  });
});
