/**
 * Something to search: names of Django's request and response page.
 */

/** A name and what it is. */
export interface Entry {
  readonly name: string;
  readonly text: string;
}

export const catalogue: readonly Entry[] = [
  { name: "request.GET", text: "A QueryDict of the query string, parsed when you first look." },
  { name: "request.POST", text: "A promise of the form's fields; the body is not read before you await it." },
  { name: "request.FILES", text: "A promise of the uploaded files." },
  { name: "request.COOKIES", text: "The cookies, a plain dictionary." },
  { name: "request.META", text: "The CGI environment: HTTP_HOST, REMOTE_ADDR and the rest." },
  { name: "request.headers", text: "Headers in any case, with hyphens or underscores." },
  { name: "request.body", text: "A promise of the raw bytes." },
  { name: "request.read()", text: "Part of the body, as a file would give it." },
  { name: "request.getHost()", text: "The host, checked against ALLOWED_HOSTS." },
  { name: "request.buildAbsoluteUri()", text: "An absolute URL of this site." },
  { name: "request.getSignedCookie()", text: "A cookie that Django or this site signed." },
  { name: "request.getPreferredType()", text: "What the client would rather have, by its Accept header." },
  { name: "request.session", text: "The session, dictionary-like, each method awaited." },
  { name: "request.signal", text: "Aborts when the client goes away." },
  { name: "QueryDict", text: "A dictionary with several values a key, immutable unless copied." },
  { name: "HttpResponse", text: "Content, status, headers and cookies." },
  { name: "JsonResponse", text: "A dictionary as JSON." },
  { name: "StreamingHttpResponse", text: "An iterable, sent as it comes." },
  { name: "EventStreamResponse", text: "Server-sent events." },
  { name: "FileResponse", text: "A file, with its type, its length and its ranges." },
  { name: "HttpResponseRedirect", text: "302, or 307 with preserveRequest." },
  { name: "HttpResponseNotFound", text: "404." },
  { name: "response.setCookie()", text: "A Set-Cookie line with every attribute." },
  { name: "response.setSignedCookie()", text: "A cookie that Django can verify." },
];

/** The entries in which every word of `query` occurs. */
export function search(query: string): readonly Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return catalogue.filter(({ name, text }) => {
    const haystack = `${name} ${text}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
