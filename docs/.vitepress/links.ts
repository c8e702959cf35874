import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { MarkdownRenderer } from "vitepress";

const repository = "https://github.com/veristep/veristep";

/**
 * Lets pages link as GitHub and npm need it. A link to a file outside of this folder leads to the repository; a link to a
 * page of this site by its address at GitHub, or to one of our packages at npm, stays on the site.
 *
 * @throws Error while a page is rendered, if it links to a file that doesn't exist.
 */
export function followLinks(markdown: MarkdownRenderer, docs: string): void {
  const root = dirname(docs);
  const onSite = (path: string): string | null => {
    const [, page] = /^docs\/(.*)\.md$/.exec(path) ?? [];
    const [, name] = /^packages\/(?:adapters\/)?([a-z]+)(?:\/README\.md)?\/?$/.exec(path) ?? [];
    const target = page ?? (name === undefined ? undefined : `packages/${name}`);
    return target !== undefined && existsSync(join(docs, `${target}.md`)) ? `/${target}` : null;
  };
  const target = (href: string, from: string): string => {
    const [, address = "", hash = ""] = /^([^#]*)(#.*)?$/.exec(href) ?? [];
    const [, packageName] = /^https:\/\/www\.npmjs\.com\/package\/@veristep\/([a-z]+)$/.exec(address) ?? [];
    if (packageName !== undefined && existsSync(join(docs, `packages/${packageName}.md`)))
      return `/packages/${packageName}${hash}`;
    const [, linked] =
      /^https:\/\/github\.com\/veristep\/veristep\/(?:blob|tree)\/main\/(.*)$/.exec(address) ?? [];
    if (linked !== undefined) return `${onSite(linked) ?? address}${hash}`;
    if (address === "" || address.startsWith("/") || /^[a-z]+:/.test(address)) return href;
    const file = join(dirname(from), decodeURI(address));
    const path = relative(root, file);
    // Pages, folders and pictures are part of the site.
    if (/^docs\/(?:.*\.(?:md|svg|jpg)|[^.]*)$/.test(path)) return href;
    if (!existsSync(file))
      throw new Error(`${relative(root, from)} links to ${address}, which doesn't exist.`);
    const kind = statSync(file).isDirectory() ? "tree" : "blob";
    return `${onSite(path) ?? `${repository}/${kind}/main/${encodeURI(path)}`}${hash}`;
  };
  markdown.core.ruler.push("follow_links", ({ tokens, env }) => {
    // VitePress says so: the file that is rendered.
    const { path } = env as { readonly path: string };
    for (const { type, children } of tokens) {
      if (type !== "inline") continue;
      for (const token of children ?? []) {
        const href = token.type === "link_open" ? token.attrGet("href") : null;
        if (href !== null) token.attrSet("href", target(href, path));
      }
    }
  });
}
