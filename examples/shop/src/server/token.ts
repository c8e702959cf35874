/** A merchant's client at the OAuth server. */
export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Gets access tokens with the client credentials grant. */
export const clientCredentials =
  ({ tokenUrl, clientId, clientSecret }: ClientCredentials) =>
  async ({ signal }: { readonly signal: AbortSignal }): Promise<string> => {
    const response = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
      signal,
    });
    const body: unknown = await response.json();
    const token: unknown =
      typeof body === "object" && body !== null ? Reflect.get(body, "access_token") : null;
    if (!response.ok || typeof token !== "string")
      throw new Error(`The OAuth server answered ${response.status}`);
    return token;
  };
