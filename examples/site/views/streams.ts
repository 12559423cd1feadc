/**
 * Responses that are sent while they are made.
 */

import { EventStreamResponse, type HttpRequest, HttpResponse, type ServerSentEvent, StreamingHttpResponse } from "djedge";
import { neverCache, requireSafe } from "djedge/decorators";
import { reverse } from "djedge/urls";
import { html, type SafeString } from "../html.ts";
import { layout, page, script } from "../layout.ts";

const ROWS = 12;
const TICKS = 8;

/** `GET /report/`: HTML that arrives in pieces. */
export const report = neverCache(
  requireSafe((request: HttpRequest) => {
    async function* pieces(): AsyncGenerator<SafeString> {
      const { head, foot } = layout(request, "Report");
      let row = 0;
      try {
        yield html`${head}<p class="lead">Each row is sent when it is ready. Leave before the last, and the generator stops: its <code>finally</code> says so on the server’s console.</p>
<table><caption>${ROWS} rows, one every 0.3 seconds</caption>
<thead><tr><th scope="col" class="narrow">Row</th><th scope="col">Load</th><th scope="col">Made at</th></tr></thead><tbody>`;
        while (row < ROWS) {
          await pause(300, request.signal);
          row++;
          yield html`<tr><td>${row}</td><td><meter value="${loadAt(row)}" aria-label="Load in row ${row}"></meter></td><td><time>${new Date().toISOString().slice(11, 23)}</time></td></tr>\n`;
        }
        yield html`</tbody></table><p class="notice">Done. There is also <a href="${reverse("report_csv")}">a CSV of 50,000 rows</a>.</p>${foot}`;
      } finally {
        if (row < ROWS) console.log(`report: the client left after row ${row}`);
      }
    }
    return new StreamingHttpResponse(pieces());
  }),
);

/** `GET /report.csv`: as Django's "streaming large CSV files". */
export const reportCsv = requireSafe(() => {
  function* lines(): Generator<string> {
    yield "row,square\r\n";
    for (let row = 1; row <= 50_000; row++) yield `${row},${row * row}\r\n`;
  }
  return new StreamingHttpResponse(lines(), {
    contentType: "text/csv; charset=utf-8",
    headers: { "Content-Disposition": 'attachment; filename="report.csv"' },
  });
});

/** `GET /events/` */
export const events = requireSafe((request: HttpRequest) => {
  const content = html`<p class="lead">Two ticks a second, as server-sent events. After ${TICKS} of them the server hangs up; the browser connects again, says in <code>Last-Event-ID</code> what it saw last, and the ticks go on from there.</p>
<p role="status" class="notice" data-state>Connecting…</p>
<h2>Ticks</h2>
<ol class="ticks" data-events="${reverse("event_stream")}"></ol>
<noscript><p>An event stream needs a script; <a href="${reverse("event_stream")}">this is the stream itself</a>.</p></noscript>
${script("events.js")}`;
  return new HttpResponse(page(request, "Events", content));
});

/** `GET /events/stream/` */
export const eventStream = requireSafe((request: HttpRequest) => {
  async function* ticks(): AsyncGenerator<ServerSentEvent> {
    const seen = Number(request.lastEventId) || 0;
    for (let number = seen + 1; number <= seen + TICKS && !request.signal.aborted; number++) {
      yield { event: "tick", id: String(number), data: { number, load: loadAt(number), at: new Date() } };
      await pause(500, request.signal);
    }
  }
  return new EventStreamResponse(ticks(), { retry: 1000 });
});

/** Something between 0 and 1 that looks alive. */
function loadAt(number: number): number {
  return Number((0.5 + 0.3 * Math.sin(number / 2) + 0.15 * Math.sin(number * 1.7)).toFixed(2));
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
