import { build } from "esbuild";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { costOf } from "../harness/cost.js";
import { installRivals, rivalsFolder } from "./install.js";

/* Amplify UI's authenticator: the machine behind its screens, on XState 4, with services that answer at once. */

/** As much of XState 4 as is used here. */
interface Service {
  readonly start: () => Service;
  readonly stop: () => void;
  readonly send: (event: object) => void;
  readonly getSnapshot: () => {
    readonly context: {
      readonly actorRef?: { readonly getSnapshot: () => { matches: (state: string) => boolean } };
    };
  };
}

interface Amplify {
  readonly createAuthenticatorMachine: () => unknown;
  readonly interpret: (machine: unknown) => Service;
}

async function load(): Promise<Amplify> {
  await installRivals();
  const outfile = join(rivalsFolder, "node_modules", ".bench", "amplify.mjs");
  await build({
    stdin: {
      contents: `export { createAuthenticatorMachine } from "@aws-amplify/ui"; export { interpret } from "xstate";`,
      resolveDir: rivalsFolder,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
    outfile,
  });
  // The module that was just written.
  return (await import(pathToFileURL(outfile).href)) as Amplify;
}

const services = {
  getAmplifyConfig: () => Promise.resolve({}),
  handleGetCurrentUser: () => Promise.reject(new Error("nobody")),
  handleSignUp: () =>
    Promise.resolve({ isSignUpComplete: false, nextStep: { signUpStep: "CONFIRM_SIGN_UP" } }),
  handleConfirmSignUp: () => Promise.reject(new Error("wrong code")),
  validateFormPassword: () => Promise.resolve(null),
  validateConfirmPassword: () => Promise.resolve(null),
  validatePreferredUsername: () => Promise.resolve(null),
  validateRequiredFieldsForAuthMethod: () => Promise.resolve(null),
  validateCustomSignUp: () => Promise.resolve(null),
};

/** How many turns of the event loop to wait before a flow counts as stuck. */
const LONGEST_WAIT_TURNS = 1_000;

/** Waits until the sign-up stands in a state. */
async function until(service: Service, state: string): Promise<void> {
  for (let turn = 0; turn < LONGEST_WAIT_TURNS; turn += 1) {
    if (service.getSnapshot().context.actorRef?.getSnapshot().matches(state) === true) return;
    await new Promise(setImmediate);
  }
  throw new Error(`Amplify's machine doesn't come to "${state}"`);
}

/** Begins a flow, as its `Authenticator` does when it mounts; gives what stops it. */
export async function amplifyStart(): Promise<() => () => void> {
  const { createAuthenticatorMachine, interpret } = await load();
  return () => {
    const service = interpret(createAuthenticatorMachine()).start();
    return () => {
      service.stop();
    };
  };
}

/** A block of wrong codes: CPU time of each, from its submission until the next one can be typed. In µs. */
export async function amplifyWrongCode(rounds: number): Promise<() => Promise<number>> {
  const { createAuthenticatorMachine, interpret } = await load();
  return async () => {
    const service = interpret(createAuthenticatorMachine()).start();
    await new Promise(setImmediate);
    service.send({ type: "INIT", data: { initialState: "signUp", services, loginMechanisms: ["email"] } });
    await until(service, "signUp");
    service.send({ type: "CHANGE", data: { name: "email", value: "person1@example.com" } });
    service.send({ type: "SUBMIT", data: { email: "person1@example.com", password: "long enough 1" } });
    await until(service, "confirmSignUp.edit");
    const { cpu } = await costOf(rounds, async () => {
      for (let code = 0; code < rounds; code += 1) {
        service.send({ type: "CHANGE", data: { name: "confirmation_code", value: "123456" } });
        service.send({ type: "SUBMIT", data: { confirmation_code: "123456" } });
        await until(service, "confirmSignUp.edit");
      }
    });
    service.stop();
    return cpu;
  };
}
