/**
 * `django.contrib.sessions.backends.signed_cookies`: the visitor's cookie is the session.
 *
 * @module
 */

import { SessionBase, type SessionData } from "./base.ts";

/**
 * A session within its cookie, signed and readable, as Django's. A browser keeps about 4 kB of it, and whoever kept an
 * old cookie can send it again until it expires.
 */
export class SignedCookieSession extends SessionBase {
  /** Django's name for these signatures. */
  protected readonly keySalt = "django.contrib.sessions.backends.signed_cookies";

  /** Makes the value of the cookie. */
  async save(): Promise<void> {
    this.sessionKey = this.encode(await this.data());
    this.modified = true;
  }

  /** Signs the data anew. */
  async cycleKey(): Promise<void> {
    await this.save();
  }

  /** The data of a cookie; one that does not verify, or has expired, is replaced. */
  protected load(key: string): SessionData | undefined {
    const data = this.decode(key);
    if (!data) this.modified = true;
    return data;
  }

  /** Nothing is stored here. */
  protected remove(): void {}
}
