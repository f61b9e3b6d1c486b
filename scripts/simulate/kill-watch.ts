import { type ApiClient, eventually } from '../../test/kit/api-client.ts'
import { firstAnswer } from '../../test/kit/first-answer.ts'
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
  const takeoverMs = await firstAnswer([phone], at)
  const termAfter = await eventually('the new term', () => termOf(api)).catch(() => 0)
  await phone.close()
  return { ...kill, at, pid, takeoverMs, termBefore, termAfter }
}

async function termOf(api: ApiClient): Promise<number> {
  return (await api.get<{ term: number }>('/cluster')).term
}
