/** What a refused certificate is refused for, and what to do about it, by the code that Node.js gives. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it there',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; compare the clocks of both machines',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself; name that certificate as CA, or have it signed by one that is named',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by a CA that is not known here; name the file of that CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by a CA that is not known here; name the file of that CA',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by a CA that is not known here; name the file of that CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by a CA that is not known here; name the file of that CA',
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by the CA that is named; name the right one',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for other names; use one of those in the address, or add this one to the certificate',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no TLS as new as 1.2; let it',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no TLS as new as 1.2; let it',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port; leave TLS out of the address, or turn it on there',
}

/** The words for a TLS connection that was refused, wherever in the error they hide; undefined for any other trouble. */
export function tlsProblem(error: unknown): string | undefined {
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 5; depth++) {
    const { code, cause, errors } = at as {
      readonly code?: unknown
      readonly cause?: unknown
      readonly errors?: unknown[]
    }
    const found = typeof code === 'string' ? PROBLEMS[code] : undefined
    if (found) return found
    at = cause ?? errors?.[0]
  }
  return undefined
}
