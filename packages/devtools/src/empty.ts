import type { Devtools, DevtoolsOptions } from "./connect.js";
import type { Followed } from "./timeline.js";

/* What a production build gets in place of the package: nothing to see, and next to nothing to load. */

const nothing = () => () => {};

export const connectDevtools = (_flow: Followed, _options?: DevtoolsOptions): Devtools => ({
  timeline: {
    entries: () => [],
    moves: () => [],
    view: () => null,
    subscribe: nothing,
    follow: nothing,
    note: () => {},
  },
  disconnect: () => {},
});
