/**
 * Gives a secret when it is needed: a password, a signing key. A function, so that it comes from a vault or the
 * environment, never stands in an object that is logged, and may change between two uses.
 */
export type Secret = () => string | Promise<string>;

/** A secret that can't be used. Its message says why, for the user, and never quotes the secret. */
export class SecretProblem extends Error {
  override readonly name = "SecretProblem";
}

/** A secret from a variable of the environment; asking for it throws, naming the variable, when it isn't set. */
export const secretFromEnv =
  (name: string): Secret =>
  () => {
    const value = process.env[name];
    if (value === undefined || value === "")
      throw new SecretProblem(`the environment variable ${name} is not set`);
    return value;
  };
