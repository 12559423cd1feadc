/**
 * `RequestFactory` and `Client`, for tests of your own.
 *
 * @module
 */

export {
  Client,
  type ClientApplication,
  type ClientOptions,
  type ClientRequestOptions,
  type ClientResponse,
  RedirectCycleError,
} from "./test/client.ts";
export type { FormData, TestData, TestFile } from "./test/forms.ts";
export { RequestFactory, type RequestFactoryOptions, type TestHeaders, type TestRequestOptions } from "./test/requestfactory.ts";
