/** Many callers at once: each dials the echo, stays a moment and hangs up. It counts what became of them, and tells how long an answer took. */
import { Phone } from '../../kit/phone.ts'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { HistoryWriter } from '../history.ts'
import { type ActorTask, delay, runActor } from './actor.ts'

/** How long a call that was answered stands. */
const STAYS_MS = 1_000
/** Whoever hears nothing for so long has given up. */
const PATIENCE_MS = 20_000
const ECHO = '1009'
/** One phone's socket for so many calls: one for each would measure sockets. */
const CALLS_A_PHONE = 50

/** What one stage of the flood came to. */
export interface FloodStage {
  readonly rate: number
  readonly offered: number
  readonly answered: number
  readonly refused: number
  /** Neither answered nor refused. */
  readonly silent: number
  /** Refused without a word of when to come back, or with another status than 503. */
  readonly rude: number
  readonly answeredMsP50: number
  readonly answeredMsP99: number
}

let task: ActorTask
let history: HistoryWriter

interface Outcome {
  readonly status: number
  readonly ms: number
  readonly rude: boolean
}

async function call(phone: Phone): Promise<Outcome> {
  const since = sharedNow()
  const one = await phone.dial(ECHO)
  one.media.sending = false
  const over = () => one.state === 'connected' || one.state === 'ended'
  await one.until('an answer', over, PATIENCE_MS).catch(() => {})
  const ms = sharedNow() - since
  const status = one.finals.at(-1) ?? 0
  if (one.state === 'connected') {
    await delay(STAYS_MS)
    await Promise.race([one.hangUp(), delay(PATIENCE_MS)])
  }
  if (one.end === undefined) one.drop()
  return { status, ms, rude: status >= 300 && !(status === 503 && one.retryAfter) }
}

async function stage({ rate, ms }: { readonly rate: number; readonly ms: number }): Promise<void> {
  const calls: Promise<Outcome>[] = []
  const phones: Phone[] = []
  const begun = sharedNow()
  for (let index = 0; index < (rate * ms) / 1_000; index++) {
    if (index % CALLS_A_PHONE === 0)
      phones.push(
        await Phone.open({ server: task.server, user: `78${String(index).padStart(5, '0')}`, host: task.host }),
      )
    await delay(Math.max(0, begun + (index * 1_000) / rate - sharedNow()))
    calls.push(call(phones.at(-1)!))
  }
  const outcomes = await Promise.all(calls)
  const times = outcomes
    .filter(({ status }) => status === 200)
    .map((outcome) => outcome.ms)
    .sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0)
  const told: FloodStage = {
    rate,
    offered: outcomes.length,
    answered: times.length,
    refused: outcomes.filter(({ status }) => status >= 300).length,
    silent: outcomes.filter(({ status }) => status === 0).length,
    rude: outcomes.filter(({ rude }) => rude).length,
    answeredMsP50: at(0.5),
    answeredMsP99: at(0.99),
  }
  history.note('flood', 'info', 'stage', told)
  await Promise.all(phones.map((phone) => phone.close()))
}

runActor('flood', {
  async prepare(...given) {
    ;[task, history] = given
  },
  async act() {
    for (const one of task.flood ?? []) await stage(one)
  },
  async finish() {},
})
