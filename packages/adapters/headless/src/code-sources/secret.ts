/**
 * Gives a secret when it is needed: a password, a signing key. A function, so that it comes from a vault or the
 * environment, never stands in an object that is logged, and may change between two uses.
 */
export type Secret = () => string | Promise<string>;

/** A secret from a variable of the environment; asking for it throws, naming the variable, when it isn't set. */
export const secretFromEnv =
  (name: string): Secret =>
  () => {
    const value = process.env[name];
    if (value === undefined || value === "") throw new Error(`The environment variable ${name} is not set.`);
    return value;
  };
