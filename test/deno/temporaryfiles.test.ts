import { temporaryFiles } from "../node/temporaryfiles.ts";

temporaryFiles();
