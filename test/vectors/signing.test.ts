import type { Settings } from "../../src/index.ts";
import { b62Decode, b62Encode, dumps, getCookieSigner, loads, Signer, TimestampSigner } from "../../src/signing.ts";
import { duration, options } from "./run/requests.ts";
import { under, vectors } from "./run/vectors.ts";
import data from "./signing.json" with { type: "json" };

const classes = { Signer, TimestampSigner };

interface Input {
  cls: keyof typeof classes;
  options?: object;
  value: string;
  obj: unknown;
  maxAge?: unknown;
  settings?: Partial<Settings>;
}

const signer = (input: Input): TimestampSigner => new classes[input.cls](options(input.options)) as TimestampSigner;

vectors(data, {
  sign: under((input: Input) => signer(input).sign(input.value)),
  unsign: under((input: Input) =>
    "maxAge" in input
      ? signer(input).unsign(input.value, { maxAge: duration(input.maxAge) as number })
      : signer(input).unsign(input.value),
  ),
  signature: under((input: Input) => signer(input).signature(input.value)),
  sign_object: under((input: Input) => signer(input).signObject(input.obj)),
  unsign_object: under((input: Input) => signer(input).unsignObject(input.value)),
  dumps: under((input: Input) => dumps(input.obj, options(input.options))),
  loads: under((input: Input) => loads(input.value, options(input.options))),
  compressed: under((input: Input) => {
    const signed = dumps(input.obj, { ...options(input.options), compress: true });
    return [signed.startsWith("."), loads(signed, options(input.options))];
  }),
  b62_encode: (input: { value: number }) => b62Encode(input.value),
  b62_decode: (input: { value: string }) => b62Decode(input.value),
  cookie_signer: under((input: Input & { salt?: string }) =>
    (input.salt === undefined ? getCookieSigner() : getCookieSigner({ salt: input.salt })).sign(input.value),
  ),
});
