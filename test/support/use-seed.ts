/** Set-up of every test file: properties try the cases of the run's seed. */
import { configureGlobal } from "fast-check";
import { seed } from "./seed.ts";

configureGlobal({ seed });
