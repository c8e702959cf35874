// oxlint-disable-next-line import/no-unassigned-import -- It compiles the templates of the tests in the page.
import "@angular/compiler";
import { cleanup } from "@veristep/binding-tests/cleanup";
import { afterEach } from "vitest";

// All files share one page.
afterEach(cleanup);
