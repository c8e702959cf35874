import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type DefaultTheme } from "vitepress";
import { followLinks } from "./links.js";

const docs = join(import.meta.dirname, "..");

const title = (page: string): string => /^# (.*)$/m.exec(readFileSync(join(docs, page), "utf8"))?.[1] ?? page;

const page = (path: string, text = title(`${path}.md`)): DefaultTheme.SidebarItem => ({
  text,
  link: `/${path}`,
});

/** The pages below a folder, by their headings. */
const pagesOf = (folder: string): DefaultTheme.SidebarItem[] =>
  existsSync(join(docs, folder))
    ? readdirSync(join(docs, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".md") && !/(?:^|\/)(?:index|README)\.md$/.test(path))
        .sort()
        .map((path) => page(`${folder}/${path.slice(0, -3)}`))
    : [];

const packages = [
  "core",
  "form",
  "react",
  "react-native",
  "vue",
  "svelte",
  "solid",
  "angular",
  "element",
  "gateway",
  "http",
  "browser",
  "phone",
  "sandbox",
  "devtools",
  "headless",
  "restate",
];
const decisions = pagesOf("decisions");
/** From docstrings, if `npm run docs` has made it. */
const reference = pagesOf("api");

const sidebar: DefaultTheme.Sidebar = [
  {
    text: "Start in five minutes",
    items: [
      page("start/react", "React"),
      page("start/react-native", "React Native"),
      page("start/next", "Next.js"),
      page("start/vue", "Vue"),
      page("start/svelte", "Svelte"),
      page("start/solid", "Solid"),
      page("start/angular", "Angular"),
      page("start/vanilla", "Without a framework"),
      page("start/node", "Node, without a screen"),
    ],
  },
  {
    text: "Guides",
    items: [
      page("guide/gateway", "Your server: the gateway"),
      page("guide/tokens"),
      page("guide/tabs"),
      page("guide/testing"),
      page("guide/accessibility"),
      page("guide/languages"),
      page("guide/backends"),
      page("guide/batches"),
      page("durable", "Several machines"),
      page("security", "Security"),
      page("guide/troubleshooting"),
    ],
  },
  {
    text: "How it works",
    items: [
      page("chart"),
      page("behaviour"),
      page("complaints", "Complaints elsewhere"),
      page("gateway-protocol"),
    ],
  },
  {
    text: "Packages",
    items: packages.map((name) => page(`packages/${name}`, `@veristep/${name}`)),
  },
  {
    text: "Behind it",
    items: [page("proof", "What is proven"), page("mutation"), page("performance")],
  },
  { text: "Decisions", items: decisions },
  ...(reference.length === 0 ? [] : [{ text: "API reference", items: reference }]),
];

export default defineConfig({
  title: "veristep",
  description: "Verify a user's e-mail address and phone number without the edge-case bugs",
  lang: "en-GB",
  cleanUrls: true,
  rewrites: { "decisions/README.md": "decisions/index.md" },
  srcExclude: ["test/**"],
  markdown: {
    // The usual themes have too little contrast.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (markdown) => {
      followLinks(markdown, docs);
    },
  },
  themeConfig: {
    nav: [
      { text: "Start", link: "/start/react", activeMatch: "^/start/" },
      { text: "Guides", link: "/guide/gateway", activeMatch: "^/guide/" },
      { text: "Rules", link: "/behaviour" },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: "https://github.com/veristep/veristep" }],
    footer: { message: "MIT licence" },
  },
});
