import type { Finding, Seen } from './seen.ts'

/** Invariant 11: what the API said yes to is in the log, once; what it refused is not; what nobody answered is there once at most. */
export function checkAcknowledged({ clients, collected: { log } }: Seen): Finding[] {
  const written = new Map<unknown, number>()
  for (const { e } of log) if (e.type === 'StatusChosen') written.set(e['reason'], (written.get(e['reason']) ?? 0) + 1)
  return clients
    .filter(({ op, type }) => op === 'write' && type !== 'invoke')
    .flatMap(({ type, value }) => {
      const { reason } = value as { reason: string }
      const count = written.get(reason) ?? 0
      const wrong =
        (type === 'ok' && count === 0 && 'was acknowledged and is not in the log') ||
        (type === 'fail' && count > 0 && 'was refused and is in the log') ||
        (count > 1 && `is in the log ${count} times`)
      return wrong ? [{ checker: 'acknowledged', invariant: 11, who: reason, what: wrong }] : []
    })
}
