import { asFetch, HttpResponse } from "djedge";

export default { fetch: asFetch(() => new HttpResponse("Hello")) };
