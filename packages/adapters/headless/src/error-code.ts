/** What the system calls an error: `ENOENT`. null where it has no name. */
export const errorCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
