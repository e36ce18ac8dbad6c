/**
 * Stands in the bundle for libraries that our libraries import and that no request of ours reaches (`alias` in
 * `wrangler.jsonc`): ajv, which needs code generation (sessions validate with `CfWorkerJsonSchemaValidator`); what `agents` writes mail with; the MCP client by which an
 * agent would call other servers; and what checks the certificates of devices with passkeys. Whoever makes use of one gets an error that says so.
 */
export default class LeftOut {
  constructor() {
    throw new Error(WHY);
  }
}

export {
  LeftOut as AuthorityKeyIdentifierExtension,
  LeftOut as CRLDistributionPointsExtension,
  LeftOut as Client,
  LeftOut as KeyDescription,
  LeftOut as SdkHttpError,
  LeftOut as SSEClientTransport,
  LeftOut as StreamableHTTPClientTransport,
  LeftOut as SubjectKeyIdentifierExtension,
  LeftOut as X509Certificate,
  LeftOut as X509ChainBuilder,
  LeftOut as X509Crl,
};

export const id_ce_keyDescription = "";

/** The client's: `agents` makes one when it is loaded, and asks it when it has called another server. */
export class CfWorkerJsonSchemaValidator {
  getValidator(): never {
    throw new Error(WHY);
  }
}

export function createMimeMessage(): never {
  throw new Error(WHY);
}

export function validateClientMetadataUrl(): never {
  throw new Error(WHY);
}

const WHY = "This library is left out of the bundle: see `alias` in wrangler.jsonc.";
