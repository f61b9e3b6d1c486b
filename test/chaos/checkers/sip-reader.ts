/** One SIP message as the captures hold it, read by the checker's own eyes: as much of it as the rules of dialogs need. */
export interface SipSeen {
  readonly at: number
  readonly who: string
  readonly way: 'sent' | 'received'
  /** Of a request its method, of a response that of its request. */
  readonly method: string
  /** 0 for a request. */
  readonly status: number
  readonly callId: string
  readonly cseq: number
  readonly branch: string
  readonly fromTag: string
  readonly toTag: string
  readonly retryAfter: boolean
  readonly body: string
}

/** Reads a captured message; undefined for anything that is none. */
export function readSipSeen(line: {
  at: number
  who: string
  way: 'sent' | 'received'
  text: string
}): SipSeen | undefined {
  const split = line.text.indexOf('\r\n\r\n')
  const head = split < 0 ? line.text : line.text.slice(0, split)
  const [start = '', ...rest] = head.split('\r\n')
  const field = (names: string) => new RegExp(`^(?:${names})\\s*:\\s*(.*)$`, 'im').exec(rest.join('\n'))?.[1] ?? ''
  const [number = '', method = ''] = field('CSeq').trim().split(/\s+/)
  if (method === '') return undefined
  const tag = (value: string) => /;\s*tag=([^;>\s]+)/i.exec(value.slice(value.lastIndexOf('>') + 1))?.[1] ?? ''
  return {
    at: line.at,
    who: line.who,
    way: line.way,
    method: start.startsWith('SIP/2.0 ') ? method : (start.split(' ')[0] ?? ''),
    status: Number(/^SIP\/2\.0 (\d{3})/.exec(start)?.[1] ?? 0),
    callId: field('Call-ID|i').trim(),
    cseq: Number(number),
    branch: /branch=([^;\s,]+)/i.exec(field('Via|v'))?.[1] ?? '',
    fromTag: tag(field('From|f')),
    toTag: tag(field('To|t')),
    retryAfter: field('Retry-After') !== '',
    body: split < 0 ? '' : line.text.slice(split + 4),
  }
}
