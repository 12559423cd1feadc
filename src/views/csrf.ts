/**
 * The page of a request that `CsrfViewMiddleware` rejects, as `django.views.csrf`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import type { HttpRequest } from "../http/request.ts";
import { HttpResponse } from "../http/response.ts";
import { escapeHtml } from "../utils/html.ts";

/** Django's words to visitors whose browser withholds what is needed, by the beginning of the reason. */
const ADVICE: readonly (readonly [reason: string, first: string, second: string])[] = [
  [
    "Referer checking failed - no Referer.",
    "You are seeing this message because this HTTPS site requires a “Referer header” to be sent by your web browser, but none was sent. This header is required for security reasons, to ensure that your browser is not being hijacked by third parties.",
    "If you have configured your browser to disable “Referer” headers, please re-enable them, at least for this site, or for HTTPS connections, or for “same-origin” requests.",
  ],
  [
    "CSRF cookie not set.",
    "You are seeing this message because this site requires a CSRF cookie when submitting forms. This cookie is required for security reasons, to ensure that your browser is not being hijacked by third parties.",
    "If you have configured your browser to disable cookies, please re-enable them, at least for this site, or for “same-origin” requests.",
  ],
];

/** The view that `CSRF_FAILURE_VIEW` replaces: a 403, with the reason under `DEBUG`. */
export function csrfFailure(_request: HttpRequest, { reason }: { reason: string }): HttpResponse {
  const [, ...advice] = ADVICE.find(([about]) => about === reason) ?? [];
  const help = settings.DEBUG
    ? `<h2>Help</h2>
<p>Reason given for failure:</p>
<pre>${escapeHtml(reason)}</pre>
<p>This can be a genuine forgery, or Django’s protection used otherwise than it is meant. For forms that are sent by POST, see to it that:</p>
<ul>
<li>the browser accepts cookies;</li>
<li>the form has a hidden field <code>csrfmiddlewaretoken</code> with <code>getToken(request)</code>, or the request a header <code>X-CSRFToken</code> with it;</li>
<li>a view without <code>CsrfViewMiddleware</code> has <code>csrfProtect</code> both where it shows the form and where it takes it;</li>
<li>the form was not loaded before a login: that rotates the token, so load it again;</li>
<li>an origin other than the site’s own is in <code>CSRF_TRUSTED_ORIGINS</code>.</li>
</ul>
<p>You see this help because <code>DEBUG</code> is <code>true</code> in the settings. The view of the setting <code>CSRF_FAILURE_VIEW</code> replaces this page.</p>`
    : "<p>More information is available with DEBUG=true.</p>";
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="none,noarchive">
<title>403 Forbidden</title>
<style>:root { color-scheme: light dark } body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif } pre { white-space: pre-wrap; overflow-wrap: anywhere }</style>
</head>
<body>
<main>
<h1>Forbidden (403)</h1>
<p>CSRF verification failed. Request aborted.</p>
${[...advice.map((text) => `<p>${text}</p>`), help].join("\n")}
</main>
</body>
</html>
`;
  return new HttpResponse(page, { status: 403, contentType: "text/html; charset=utf-8" });
}
