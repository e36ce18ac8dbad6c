/** A token as a request shows it. */
export interface ShownToken {
  token: string;
  /** It came as `?token=`, where addresses may be logged by others: only tokens made for it hold there. */
  inUrl: boolean;
}

/** Authorization goes first, then `x-api-key`, then `?token=`; each may hold any kind of token. */
export function credentialOf(request: Request, url: URL): ShownToken | null {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const token = /^Bearer[\t ]+([^\s,]+)$/i.exec(authorization)?.[1];
    return token === undefined ? null : { token, inUrl: false };
  }
  const key = request.headers.get("x-api-key")?.trim();
  if (key) return /^[^\s,]+$/.test(key) ? { token: key, inUrl: false } : null;
  const token = url.searchParams.get("token");
  return token && /^[^\s,]+$/.test(token) ? { token, inUrl: true } : null;
}
