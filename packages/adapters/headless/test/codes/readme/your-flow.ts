import type { Verification } from "@veristep/core";

/*
 * The names that the README's snippets expect from their reader. The snippets are compiled, and not run: the tests beside
 * this folder run the sources themselves.
 */
export declare const verification: Verification;
export declare const userId: number;
export declare const email: string;
export declare const phone: string;
