/*
 * Everything that @veristep/http promises over a real connection, over `pooledFetch`: the contract suite of the
 * port against a sandbox, every broken answer, every deadline.
 */
/* oxlint-disable import/no-unassigned-import -- what they do when they are imported is what they are for */
import "./support/pooled-global-fetch.js";
import "../../http/test/contract.test.js";
import "../../http/test/wire-answers.test.js";
