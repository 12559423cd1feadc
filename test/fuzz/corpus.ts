/**
 * Where the fuzzing begins: inputs that parsers have stumbled over before, here and elsewhere. What it finds is added
 * here, and becomes a test of its own, named after what was wrong, in `regressions.test.ts`.
 */

export const contentTypes: readonly string[] = [
  "text/plain",
  "text/html; charset=UTF-8",
  'multipart/form-data; boundary="a;b\\"c"',
  "text/plain; name*=utf-8''%C3%A9; name=x",
  "text/plain; a*=no-such-charset''%ff; b*='''; c*",
  'text/html; a="\\"; b="; c=";',
  'a;b="c\\\\"; d="e',
  "; =; *=; ;;",
  "__proto__; __proto__=1; constructor=2",
];

export const accepts: readonly string[] = [
  "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "text/*;q=0.3, text/html;q=0.7, text/html;level=1, text/html;level=2;q=0.4, */*;q=0.5",
  "*/*;q=0, text/plain;q=1.5, a/b;q=-1, c/d;q=nan, e/f;q=1e-999",
  "*, /, */, /*, text, ;q=1, ,,,",
  'text/html;q="0.5", text/plain;q=0.0625',
];

export const dates: readonly string[] = [
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
  "Thu, 29 Feb 2024 23:59:59 GMT",
  "Thu, 30 Feb 2023 00:00:00 GMT",
  "Mon, 01 Jan 0001 00:00:00 GMT",
  "Sun, 06 Nov 1994 08:49:60 GMT",
];

export const dispositions: readonly string[] = [
  "report.pdf",
  'a"b\\c.txt',
  "naïve 🎸.txt",
  "a\r\nSet-Cookie: b=c",
  "../../etc/passwd",
  "x\0y",
  "%2e%2e%2f",
  "\ud800",
];

export const ranges: readonly string[] = [
  "bytes=0-0",
  "bytes=-5",
  "bytes=5-",
  "bytes=0-1,3-4, 6-7",
  "bytes=0-99,0-99",
  "bytes=99999999999999999999-",
  "bytes=-99999999999999999999",
  "bytes=-0",
  "bytes= 0-1",
  "bytes=,",
  "bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,14-14,15-15,16-16",
  "octets=0-1",
];

export const etags: readonly string[] = ['"a"', 'W/"a"', '"a", W/"b"', "*", " * ", '"a,b"', '"', '""', 'W/"', '"\xe9"', "a"];

export const cacheControls: readonly string[] = [
  "max-age=3600, public",
  "private, no-cache",
  'no-cache="set-cookie", max-age=1_0',
  "max-age=, max-age",
  "MAX-AGE=5",
  " , ,",
];

export const queries: readonly string[] = [
  "a=1&a=2&b=%C3%A9",
  "a=1;b=2&c",
  "&&=&=1&a==b&%3D=%26",
  "%=%&%f=%g0&%00=%0d%0a",
  "a=%ff%c3&b=%ed%a0%80&c=%f4%90%80%80&d=%c0%80",
  "é=%A9&a=\ud800%80",
  "a+b=c+d%2B",
  "__proto__=1&constructor=2&toString=3",
];

export const cookies: readonly string[] = [
  "a=b; c=d",
  'a="b\\"c\\073\\101"; d="e',
  "a; =b; ; c==d=; =",
  "sessionid=x; csrftoken=y; sessionid=z",
  'a="\\400\\9\\"',
  "a=b,c=d; $Version=1; Path=/",
  "  a = b \x0b;\xa0c=\x85d",
  "__proto__=1; constructor=2",
  'a="',
  'a=""',
];

/** `Set-Cookie`, as `SimpleCookie.load()` reads it. */
export const setCookies: readonly string[] = [
  "a=b; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax",
  "a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT; domain=.example.com",
  "path=/; a=b; MAX-AGE=x; secure=0",
];

export const hosts: readonly string[] = [
  "example.com",
  "EXAMPLE.com:8000",
  "sub.example.com.",
  "[::1]:80",
  "evil.com/example.com",
  "example.com@evil.com",
  "evil.com#example.com",
  "example.com\\@evil.com",
  "example.com, evil.com",
  "example.com:80:80",
  "[fe80::1%25eth0]",
  "[::ffff:127.0.0.1]",
  "xn--e1afmkfd.example.com",
  "example。com",
  "example.com:",
  "exam\0ple.com",
];

export const paths: readonly string[] = [
  "/",
  "/a/../b/./c",
  "//evil.com/x",
  "/%2e%2e/%2F%5c",
  "/%C3%A9/%ff%fe/%zz/%",
  "/a;b=c/d?e#f",
  "/\\evil.com",
  "/%ed%a0%80/%f0%9f%8e%b8",
  "/é/🎸/\ud800",
  "/a b\tc\nd",
];

export const locations: readonly string[] = [
  "/next/?a=b#c",
  "http://example.com/x",
  "https://example.com:443/",
  "//evil.com",
  "///evil.com",
  "/\\evil.com",
  "\\\\evil.com",
  "http:///evil.com",
  "http:evil.com",
  "https:/evil.com",
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  " javascript:alert(1)",
  "data:text/html,x",
  "http://example.com@evil.com/",
  "http://example.com\\@evil.com/",
  "http://[::1/x",
  "http://[v1.x]/",
  "\x08//evil.com",
  "ftp://example.com/",
  "mailto:a@b",
  "?a=b",
  "#c",
  "",
];

export const signedValues: readonly string[] = ["a", "", "a:b", ":", "é🎸", "\0", "a".repeat(100), ".eJw", "1r31eq"];

/** Bodies of multipart forms with the boundary `B`, a character a byte. */
export const multiparts: readonly string[] = [
  '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--\r\n',
  'preamble\r\n--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--B--\r\nepilogue',
  '--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\nContent-Transfer-Encoding: base64\r\nContent-Length: 3\r\n\r\nYW Jj\r\n=\r\n--B--',
  '--B\nContent-Disposition: form-data; name="a"\n\n1\n--B--\n',
  "--B\r\nContent-Disposition: form-data; name*=utf-8''%C3%A9; filename*=no-such''x\r\n\r\n1\r\n--B--\r\n",
  '--B\r\nContent-Disposition: form-data; name="a"; filename="..\\..\\&#x2f;etc/passwd"\r\n\r\n1\r\n--B--\r\n',
  "--B--\r\n--B\r\n\r\n--B\r\n--B\r\n\r\n\r\n--B",
  '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n-\r--\r\n-\r\n--\r\n--A\r\n--B--',
  '--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=\xff\r\n\r\n\xff\xfe\r\n--B--\r\n',
];

export const routes: readonly string[] = [
  "a/<int:x>/",
  "<slug:x>-<slug:y>",
  "<path:x>/edit/",
  "<x>",
  "u/<uuid:x>/<str:y>",
  "",
  "é/<int:x>.<y>",
];

/** Events of an event stream. */
export const eventTexts: readonly string[] = [
  "a",
  "a\nb",
  "a\r\nb\rc",
  "\n",
  "",
  ": x",
  "data: x\n\nevent: y",
  "\ufeffa",
  "id\0",
];
