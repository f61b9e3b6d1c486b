/** What pages may load: from this server only. Pages get a nonce of their own for styles that are made while they run. */
export const HELMET = {
  global: true,
  enableCSPNonces: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      mediaSrc: ["'self'", 'blob:'],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // Set where TLS ends: on plain HTTP it means nothing, and on a shared host name it would lock others out.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'no-referrer' as const },
}

/** The same policy for a page whose styles carry this nonce. */
export function pagePolicy(nonce: string): string {
  return Object.entries(HELMET.contentSecurityPolicy.directives)
    .map(([name, sources]) => {
      const words = name === 'styleSrc' ? [...sources, `'nonce-${nonce}'`] : sources
      return `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${words.join(' ')}`
    })
    .join(';')
}
