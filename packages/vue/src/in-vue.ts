import type { ConnectedForm } from "@veristep/form";
import type { Screen } from "@veristep/form/flow";

type VueName<Name> = Name extends `on${infer Event}` ? `on${Capitalize<Event>}` : Name;

/** The props of a neutral getter, whose handlers begin with a capital: `onInput`. */
type InVue<Props> = { readonly [Name in keyof Props as VueName<Name>]: Props[Name] };

/** The getters, by names such as `getCodeInputProps`. */
type Getter = Extract<keyof ConnectedForm, `get${string}`>;

/** A screen whose getters are for `v-bind`. */
export type VueScreen = Omit<Screen, Getter> & {
  readonly [Name in Getter]: () => InVue<ReturnType<Screen[Name]>>;
};

const inVue = (props: object): object =>
  Object.fromEntries(
    Object.entries(props).map(([name, value]) => [
      name.replace(/^on./, (start) => `on${start.slice(2).toUpperCase()}`),
      value,
    ]),
  );

const isGetter = (name: string, member: unknown): member is () => object =>
  name.startsWith("get") && typeof member === "function";

/** Gives the getters of a screen Vue's names for handlers. */
export function screenInVue(screen: Screen): VueScreen {
  const members: ReadonlyArray<readonly [string, unknown]> = Object.entries(screen);
  // The members of `screen`, whose getters give what the type says.
  return Object.fromEntries(
    members.map(([name, member]) => [name, isGetter(name, member) ? () => inVue(member()) : member]),
  ) as unknown as VueScreen;
}
