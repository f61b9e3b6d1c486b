/** What a mail's frame may load: pictures that are in the mail, and those of other servers when somebody asks for them. No script, no form, no font. */
export function framePolicy(pictures: boolean): string {
  const remote = pictures ? ' https: http:' : ''
  return `default-src 'none'; img-src data:${remote}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox`
}

/** The document of a frame. What it may do is said by {@link framePolicy}, and again here for whoever saves it. */
export function frameDocument(html: string): string {
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Mail</title><style>body{font-family:system-ui,sans-serif;font-size:15px;margin:12px;overflow-wrap:anywhere;background:#fff;color:#111}img{max-width:100%;height:auto}</style></head><body>${html}</body></html>`
}
