/** A signed cookie by WebCrypto, awaited: what one writes without a library. */

const secret = new TextEncoder().encode("bench-secret-key");
const encoder = new TextEncoder();
let key;

async function mac(text) {
  key ??= await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** `value:signature` */
export async function bytesOf(name, value) {
  return `${value}:${await mac(`${name}${value}`)}`;
}

/** The value, where its signature is right. */
export async function verify(name, signed = "") {
  const at = signed.lastIndexOf(":");
  const value = signed.slice(0, at);
  if ((await mac(`${name}${value}`)) !== signed.slice(at + 1)) throw new Error("bad signature");
  return value;
}

/** A signed cookie as a browser would send it back. */
export async function signedCookie() {
  return `visits=${await bytesOf("visits", "1")}`;
}
