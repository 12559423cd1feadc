/** What the pool of workerd gives its tests. */
declare module "cloudflare:test" {
  export const env: unknown;
}
