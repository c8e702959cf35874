import type { Command, Help, Option } from "commander";

/** Texts of the manual page beside the commands. */
export interface ManualTexts {
  /** Examples of a command line, by the name of the command. */
  readonly examples: ReadonlyMap<string, readonly string[]>;
  readonly exitStatuses: ReadonlyArray<readonly [status: number, meaning: string]>;
  /** Where options come from. */
  readonly configuration: string;
}

/** Text as the formatter of manual pages takes it: a backslash and a leading dot are commands there. */
const escaped = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^(?=[.'])/gm, "\\&");

interface Group {
  readonly heading: string;
  readonly options: readonly Option[];
}

function groupsOf(command: Command, help: Help): readonly Group[] {
  const groups = new Map<string, Option[]>();
  for (const option of help.visibleOptions(command)) {
    const heading = (option.helpGroupHeading ?? "Options:").replace(/:$/, "");
    groups.set(heading, [...(groups.get(heading) ?? []), option]);
  }
  return Array.from(groups, ([heading, options]) => ({ heading, options }));
}

const optionLines = (options: readonly Option[], help: Help): string[] =>
  options.flatMap((option) => [
    ".TP",
    `.B ${escaped(help.optionTerm(option))}`,
    escaped(help.optionDescription(option)),
  ]);

/** Groups that several commands have, each with the same options: they are described once. */
function sharedGroups(all: ReadonlyArray<readonly Group[]>): ReadonlyMap<string, Group> {
  const keyOf = ({ options }: Group) => options.map(({ flags, description }) => flags + description).join();
  const shared = new Map<string, Group>();
  for (const group of all.flat()) {
    const same = all.flat().filter(({ heading }) => heading === group.heading);
    if (same.length > 1 && same.every((one) => keyOf(one) === keyOf(group))) shared.set(group.heading, group);
  }
  return shared;
}

/** Makes the manual page of a command line, in the language of `man`, from the same data as its help. */
export function manualPage(program: Command, { examples, exitStatuses, configuration }: ManualTexts): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== "help");
  const described = commands.map((command) => ({ command, groups: groupsOf(command, help) }));
  const shared = sharedGroups(described.map(({ groups }) => groups));
  const name = program.name();
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" ${name} "User Commands"`,
    ".SH NAME",
    `${name} \\- ${escaped(program.description())}`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    ".I command",
    "[options]",
    ".SH COMMANDS",
  ];
  for (const { command, groups } of described) {
    lines.push(`.SS ${escaped(help.subcommandTerm(command))}`, escaped(command.description()));
    for (const { heading, options } of groups) {
      if (!shared.has(heading)) lines.push(".PP", `.I ${heading}`, ...optionLines(options, help));
    }
    const others = groups.filter(({ heading }) => shared.has(heading)).map(({ heading }) => heading);
    if (others.length > 0) lines.push(".PP", `See below for the options of ${others.join(", ")}.`);
    for (const example of examples.get(command.name()) ?? []) {
      lines.push(".PP", ".EX", escaped(example), ".EE");
    }
  }
  for (const { heading, options } of shared.values()) {
    lines.push(`.SH ${heading.toUpperCase()}`, ...optionLines(options, help));
  }
  lines.push(".SH CONFIGURATION", escaped(configuration), ".SH EXIT STATUS");
  for (const [status, meaning] of exitStatuses) lines.push(".TP", `.B ${status}`, escaped(meaning));
  return [...lines, ""].join("\n");
}
