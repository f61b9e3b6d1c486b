/** The callers of a run: a process of its own that dials at a steady rate, talks and hangs up, and tells what it saw. */
import { Phone } from '../../test/kit/phone.ts'
import type { PhoneCall } from '../../test/kit/phone-call.ts'
import { RtpTicker, sharedNow } from '../../test/kit/rtp-stream.ts'
import { GapMeter } from './gap-meter.ts'
import { agentHangsUp, type CallersTask, type CallReport, type ToChild } from './messages.ts'
import { reportCall, tell } from './report-call.ts'
import { beUnhurried } from './unhurried.ts'

/** An agent who should have hung up and did not has this long before the caller does, so that a run ends. */
const AGENT_GRACE_MS = 15_000

const ticker = new RtpTicker()
const meter = new GapMeter()
const counts = { started: 0, talking: 0, ended: 0 }

async function runCaller(task: CallersTask, index: number): Promise<void> {
  const number = `${task.prefix}${String(index).padStart(5, '0')}`
  const phone = await Phone.open({ server: task.server, user: number, ticker, gapSeen: (gap) => meter.add(gap) })
  const startedAt = sharedNow()
  counts.started += 1
  const call = await phone.dial(task.number, { stream: index + 1 })
  const seen = await liveThrough(call, task, index)
  counts.ended += 1
  tell({
    type: 'call',
    call: reportCall(call, { side: 'caller', caller: number, startedAt, endedAt: sharedNow(), ...seen }),
  })
  await phone.close()
}

type Seen = Pick<CallReport, 'answeredAt' | 'talkedAt' | 'wanted'>

async function liveThrough(call: PhoneCall, task: CallersTask, index: number): Promise<Seen> {
  const over = () => call.state === 'ended'
  const seen: { answeredAt?: number; talkedAt?: number; wanted: CallReport['wanted'] } = { wanted: 'nothing' }
  const patience = setTimeout(() => {
    if (seen.talkedAt !== undefined || over()) return
    seen.wanted = 'gave-up'
    void call.hangUp()
  }, task.patienceMs)
  const forEver = task.patienceMs + task.talkMs + 600_000
  await call.until('an answer', () => over() || call.state === 'connected', forEver)
  if (!over()) seen.answeredAt = sharedNow()
  await call.until('an agent', () => over() || call.media.heard.size > 0, forEver)
  clearTimeout(patience)
  if (over()) return seen
  seen.talkedAt = sharedNow()
  counts.talking += 1
  const talkMs = agentHangsUp(index) ? task.talkMs + AGENT_GRACE_MS : task.talkMs
  const timer = setTimeout(() => {
    seen.wanted = 'hang-up'
    void call.hangUp()
  }, talkMs)
  await call.ended
  clearTimeout(timer)
  counts.talking -= 1
  return seen
}

async function run(task: CallersTask): Promise<void> {
  const begun = sharedNow()
  const all: Promise<void>[] = []
  for (let index = 0; index < task.calls; index++) {
    const waitMs = begun + (index * 1_000) / task.rate - sharedNow()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    all.push(runCaller(task, index))
  }
  await Promise.all(all)
  tell({ type: 'done' })
}

let task: CallersTask | undefined
process.on('message', (message: ToChild) => {
  if (message.type === 'callers') {
    task = message
    tell({ type: 'ready' })
  } else if (message.type === 'go' && task) void run(task)
  else if (message.type === 'finish') {
    tell({ type: 'gaps', slots: meter.slots(), timerLateMsMax: ticker.lateMsMax })
    process.disconnect?.()
    process.exit(0)
  }
})
beUnhurried()
process.on('disconnect', () => process.exit(0))
setInterval(() => tell({ type: 'progress', ...counts }), 500).unref()
