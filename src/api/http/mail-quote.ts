import type { Message } from '#kernel/interaction'

/** Above every mail that is passed on; mail programs of all languages know it. */
const RULE = '---------- Forwarded message ----------'

/** A mail as it is quoted under what an agent writes: its head, then all that it said. `html` is its formatted text, its pictures in it; made of its text when it has none. */
export function quoteOf({ mail, text, at }: Message, html?: string): { readonly text: string; readonly html: string } {
  const head = [
    RULE,
    `From: ${mail?.from ?? ''}`,
    `Date: ${new Date(at).toUTCString()}`,
    `Subject: ${mail?.subject ?? ''}`,
    `To: ${(mail?.to ?? []).join(', ')}`,
    ...(mail?.cc ? [`Cc: ${mail.cc.join(', ')}`] : []),
    ...(mail?.omitted ?? []).map((what) => `Left out: ${what}`),
  ]
  return {
    text: `\n\n${head.join('\n')}\n\n${text}\n`,
    html: `<div><br></div><div>${head.map(escaped).join('<br>')}</div><div><br></div><div>${html ?? lines(text)}</div>`,
  }
}

function lines(text: string): string {
  return escaped(text).replace(/\r?\n/g, '<br>')
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
