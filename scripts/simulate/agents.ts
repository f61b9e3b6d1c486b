/** The agents of a run: a process of its own whose phones register, ring a moment, answer, talk and hang up, and tell what they saw. */
import { Phone } from '../../test/kit/phone.ts'
import type { PhoneCall } from '../../test/kit/phone-call.ts'
import { RtpTicker, sharedNow } from '../../test/kit/rtp-stream.ts'
import { GapMeter } from './gap-meter.ts'
import { AGENT_STREAMS, type AgentsTask, agentHangsUp, type CallReport, type ToChild } from './messages.ts'
import { reportCall, tell } from './report-call.ts'
import { beUnhurried } from './unhurried.ts'

/** How long a phone rings: people take a moment, and not all the same. */
const RING_MS_LEAST = 200
const RING_MS_SPREAD = 600

/** A caller who should have hung up and did not has this long before the agent does. */
const CALLER_GRACE_MS = 5_000

const REGISTER_EVERY_MS = 60_000
const REGISTER_EXPIRES_S = 180

/** More REGISTERs at once would measure the machine's hashing, not the calls. */
const REGISTER_TOGETHER = 20

const ticker = new RtpTicker()
const meter = new GapMeter()
const counts = { started: 0, talking: 0, ended: 0 }
const phones: Phone[] = []
let streams = AGENT_STREAMS

async function openPhones(task: AgentsTask): Promise<number> {
  let registered = 0
  for (let from = 0; from < task.agents.length; from += REGISTER_TOGETHER) {
    const some = task.agents.slice(from, from + REGISTER_TOGETHER)
    const statuses = await Promise.all(some.map((agent) => openPhone(task, agent)))
    registered += statuses.filter((status) => status === 200).length
  }
  setInterval(() => {
    for (const phone of phones) void phone.register(REGISTER_EXPIRES_S)
  }, REGISTER_EVERY_MS)
  return registered
}

async function openPhone(task: AgentsTask, agent: AgentsTask['agents'][number]): Promise<number> {
  const phone = await Phone.open({
    server: task.server,
    user: agent.extension,
    password: agent.password,
    ticker,
    gapSeen: (gap) => meter.add(gap),
    nextStream: () => streams++,
  })
  phone.incoming = (call) => void answer(task, agent.extension, call)
  phones.push(phone)
  return phone.register(REGISTER_EXPIRES_S)
}

async function answer(task: AgentsTask, agent: string, call: PhoneCall): Promise<void> {
  const startedAt = sharedNow()
  counts.started += 1
  call.ring()
  await delay(RING_MS_LEAST + Math.random() * RING_MS_SPREAD)
  if (call.end === undefined) call.answer()
  const seen: { answeredAt?: number; talkedAt?: number; wanted: CallReport['wanted'] } = { wanted: 'nothing' }
  if (call.end === undefined) {
    seen.answeredAt = sharedNow()
    counts.talking += 1
    await call.until('the caller', () => call.end !== undefined || call.media.heard.size > 0, 120_000).catch(() => {})
    if (call.end === undefined) await talk(task, call, seen)
    await call.ended
    counts.talking -= 1
  }
  counts.ended += 1
  const known = { side: 'agent', caller: call.from, agent, startedAt, endedAt: sharedNow() } as const
  tell({ type: 'call', call: reportCall(call, { ...known, ...seen }) })
}

async function talk(
  task: AgentsTask,
  call: PhoneCall,
  seen: { talkedAt?: number; wanted: CallReport['wanted'] },
): Promise<void> {
  if (call.media.heard.size > 0) seen.talkedAt = sharedNow()
  const index = call.from.startsWith(task.prefix) ? Number(call.from.slice(task.prefix.length)) : Number.NaN
  const mine = Number.isNaN(index) || agentHangsUp(index)
  const timer = setTimeout(
    () => {
      seen.wanted = 'hang-up'
      void call.hangUp()
    },
    mine ? task.talkMs : task.talkMs + CALLER_GRACE_MS,
  )
  await call.ended
  clearTimeout(timer)
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

process.on('message', (message: ToChild) => {
  if (message.type === 'agents') void openPhones(message).then((registered) => tell({ type: 'ready', registered }))
  else if (message.type === 'finish') void finish()
})

async function finish(): Promise<void> {
  tell({ type: 'gaps', slots: meter.slots(), timerLateMsMax: ticker.lateMsMax })
  await Promise.race([Promise.all(phones.map((phone) => phone.register(0))), delay(2_000)])
  process.exit(0)
}

beUnhurried()
process.on('disconnect', () => process.exit(0))
setInterval(() => tell({ type: 'progress', ...counts }), 500).unref()
