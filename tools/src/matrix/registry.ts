import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";
import type { Packed } from "../pack/tarballs.js";
import { listen, type Listening } from "./listen.js";

/**
 * Serves packed packages on loopback as an npm registry does. Only the scope `@veristep` is looked for here: package
 * managers get all others from the registry that npm is configured with.
 */
export function serveRegistry(packages: readonly Packed[]): Promise<Listening> {
  const pathOf = (tarball: string): string => `/-/${basename(tarball)}`;
  const tarballs = new Map(packages.map(({ tarball }) => [pathOf(tarball), readFileSync(tarball)]));
  const documentOf = ({ name, tarball, manifest }: Packed, origin: string) => {
    const path = pathOf(tarball);
    const hash = (algorithm: string, encoding: "base64" | "hex") =>
      createHash(algorithm)
        .update(tarballs.get(path) ?? "")
        .digest(encoding);
    const version = manifest.version ?? "";
    const dist = {
      tarball: origin + path,
      integrity: `sha512-${hash("sha512", "base64")}`,
      shasum: hash("sha1", "hex"),
    };
    return {
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    };
  };
  const server = createServer(({ url = "", headers: { host = "" } }, response) => {
    const path = decodeURIComponent(url);
    const tarball = tarballs.get(path);
    const packed = packages.find(({ name }) => path === `/${name}`);
    if (tarball !== undefined) response.end(tarball);
    else if (packed === undefined) response.writeHead(404).end("{}");
    else {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(documentOf(packed, `http://${host}`)));
    }
  });
  return listen(server);
}
