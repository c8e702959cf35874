import { cleanup } from "@veristep/binding-tests/cleanup";
import { afterEach } from "vitest";

// All files share one page.
afterEach(cleanup);
