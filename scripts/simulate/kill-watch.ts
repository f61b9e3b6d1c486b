import { type ApiClient, eventually } from '../../test/kit/api-client.ts'
import { Phone } from '../../test/kit/phone.ts'
import { sharedNow } from '../../test/kit/rtp-stream.ts'
import type { Kill } from './options.ts'

/** What came of one kill. */
export interface KillReport extends Kill {
  /** In the clock that the processes share. */
  readonly at: number
  readonly pid: number
  /** From the kill until a new call to the echo was answered. */
  readonly takeoverMs: number
  readonly termBefore: number
  readonly termAfter: number
}

/** How long after a kill we go on asking before we say that nobody took over. */
const TAKEOVER_MS_MAX = 30_000

/** A fresh probe call this often: the resolution of the takeover's time. */
const PROBE_EVERY_MS = 50

/** Kills a process with SIGKILL and measures how long new calls are not answered. */
export async function killAndWatch(
  kill: Kill,
  pid: number,
  api: ApiClient,
  server: { readonly host: string; readonly port: number },
): Promise<KillReport> {
  const termBefore = await termOf(api)
  const phone = await Phone.open({ server, user: '790000' })
  process.kill(pid, 'SIGKILL')
  const at = sharedNow()
  const takeoverMs = await firstAnswer(phone, at)
  const termAfter = await eventually('the new term', () => termOf(api)).catch(() => 0)
  await phone.close()
  return { ...kill, at, pid, takeoverMs, termBefore, termAfter }
}

async function termOf(api: ApiClient): Promise<number> {
  return (await api.get<{ term: number }>('/cluster')).term
}

/** Dials the echo again and again until one of the calls is answered; those that come later are hung up. */
async function firstAnswer(phone: Phone, since: number): Promise<number> {
  let answeredAt: number | undefined
  while (answeredAt === undefined && sharedNow() - since < TAKEOVER_MS_MAX) {
    const call = await phone.dial('1009')
    call.media.sending = false
    void call
      .connected(TAKEOVER_MS_MAX)
      .then(() => {
        answeredAt ??= sharedNow()
        return call.hangUp()
      })
      .catch(() => call.drop())
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))
  }
  const calls = [...phone.calls.values()].map(({ ended }) => ended)
  await Promise.race([Promise.all(calls), new Promise((resolve) => setTimeout(resolve, 10_000))])
  return answeredAt === undefined ? Number.POSITIVE_INFINITY : answeredAt - since
}
