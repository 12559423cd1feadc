/** The vectors are data: their types are told by the adapters that read them. */
declare module "*.json" {
  const value: unknown;
  export default value;
}
