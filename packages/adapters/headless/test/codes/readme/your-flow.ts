import type { Verification } from "@veristep/core";

/*
 * What the README's snippets take from their reader. They are compiled, and not run: the sources themselves are run
 * by the tests beside this folder.
 */
export declare const verification: Verification;
export declare const userId: number;
export declare const email: string;
export declare const phone: string;
