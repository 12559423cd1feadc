/**
 * Chromium, driven by playwright-core, and what a visitor of the demo site sees in it.
 */

import axe from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";
import type { Server } from "../wire/servers.ts";

/** Starts Chromium. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("There is no Chromium: install it (apt-get install chromium), or name it in CHROMIUM.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
  });
}

/** A browser profile of its own, and all that its pages complain of. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors and warnings on the console (responses of status 400 and above are among them), and exceptions of scripts. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        this.complaints.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.complaints.push(`script: ${error.message}`));
  }

  static async of(browser: Browser, server: Server, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: server.url, viewport: DESKTOP, ...options });
    context.setDefaultTimeout(30_000);
    return new Visitor(context, await context.newPage());
  }
}

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** What axe finds wrong with the page as it is: by these rules, or by all of WCAG's and of good practice. */
export async function accessibilityProblems(page: Page, ...rules: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    const { violations } = await axe.run({ resultTypes: ["violations"], ...(rules.length > 0 && { runOnly: rules }) });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  }, rules);
}

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
