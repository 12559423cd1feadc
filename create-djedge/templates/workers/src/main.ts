import { app } from "./app.ts";

// A Worker that reads multipart forms wants this line, which leaves the parser out where nobody needs it:
// import "djedge/uploads";

export default app;
