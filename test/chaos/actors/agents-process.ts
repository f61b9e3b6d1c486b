/** The agents: phones that register, ring, answer and do with each call what its plan says. They know an extension and a password. */
import { Phone } from '../../kit/phone.ts'
import type { PhoneCall } from '../../kit/phone-call.ts'
import { RtpTicker } from '../../kit/rtp-stream.ts'
import type { HistoryWriter } from '../history.ts'
import { AGENT_STREAMS, type CallPlan } from '../plan.ts'
import { type ActorTask, delay, runActor, wayOf } from './actor.ts'
import { describeEnd, MediaWatch } from './media-watch.ts'

const REGISTER_EVERY_MS = 30_000
const REGISTER_EXPIRES_S = 120

/** More at once would measure hashing. */
const REGISTER_TOGETHER = 10

/** A caller who should have hung up and did not has this long. */
const CALLER_GRACE_MS = 15_000

/** What an agent does with a call that nobody planned, such as a probe's. */
const UNPLANNED: Pick<CallPlan, 'kind' | 'talkMs' | 'hangsUp' | 'ringMs'> = {
  kind: 'talk',
  talkMs: 2_000,
  hangsUp: 'agent',
  ringMs: 200,
}

const ticker = new RtpTicker()
const phones: Phone[] = []
const plans = new Map<string, CallPlan>()
/** Callers whose first agent let it ring, refused, or sent them on: it happens once. */
const once = new Set<string>()
let streams = AGENT_STREAMS
let history: HistoryWriter
let sip: HistoryWriter
let network: ReturnType<typeof wayOf> = {}
let timer: NodeJS.Timeout | undefined

async function openPhone(task: ActorTask, agent: ActorTask['agents'][number]): Promise<void> {
  const watch = new MediaWatch(history, agent.extension)
  const phone = await Phone.open({
    server: task.server,
    user: agent.extension,
    password: agent.password,
    host: task.host,
    ticker,
    gapSeen: (gap) => watch.gap(gap),
    nextStream: () => streams++,
    firstSequence: () => (streams % 3 === 0 ? 65_000 : streams % 60_000),
    wire: (way, text, at) => sip.write({ at, who: agent.extension, way, text }),
    ...network,
  })
  phone.incoming = (call) => {
    void answer(agent.extension, call).catch((cause: unknown) =>
      history.note(agent.extension, 'info', 'broken', String(cause)),
    )
  }
  phones.push(phone)
  const status = await phone.register(REGISTER_EXPIRES_S)
  history.note(agent.extension, status === 200 ? 'ok' : 'fail', 'register', { user: agent.user, status })
}

async function answer(agent: string, call: PhoneCall): Promise<void> {
  const caller = call.from
  const plan = plans.get(caller) ?? UNPLANNED
  const about = { caller, call: call.id, stream: call.media.stream }
  history.note(agent, 'invoke', 'ring', about)
  call.ring()
  new MediaWatch(history, agent, caller).follow(call)
  const first = !once.has(caller)
  once.add(caller)
  if (first && plan.kind === 'busy') {
    history.note(agent, 'fail', 'ring', { ...about, why: 'busy' })
    call.refuse(486)
  } else if (first && plan.kind === 'rona') {
    await call.ended
    history.note(agent, 'fail', 'ring', { ...about, why: call.end?.by })
  } else {
    await Promise.race([delay(plan.ringMs), call.ended])
    if (call.end === undefined) await talk(agent, call, { plan, about, first })
    else history.note(agent, 'fail', 'ring', { ...about, why: call.end.by })
  }
  history.note(agent, 'info', 'ended', { ...about, ...describeEnd(call) })
}

interface Talk {
  readonly plan: typeof UNPLANNED
  readonly about: { readonly caller: string; readonly call: string; readonly stream: number }
  readonly first: boolean
}

async function talk(agent: string, call: PhoneCall, { plan, about, first }: Talk): Promise<void> {
  call.answer()
  history.note(agent, 'ok', 'ring', about)
  void call
    .until('the ACK', () => call.acked, 40_000)
    .then(
      () => history.note(agent, 'info', 'acked', about),
      () => {},
    )
  await call.until('the caller', () => call.end !== undefined || call.media.heard.size > 0, 120_000).catch(() => {})
  if (call.end !== undefined) return
  if (plan.kind === 'hold') await hold(agent, call, about)
  if (plan.kind === 'transfer' && first) return transfer(agent, call, about)
  const mine = plan.hangsUp === 'agent'
  await Promise.race([call.ended, delay(mine ? plan.talkMs : plan.talkMs + CALLER_GRACE_MS)])
  if (call.end !== undefined) return
  history.note(agent, 'invoke', 'hang-up', about)
  const status = await Promise.race([call.hangUp(), delay(40_000).then(() => 0)])
  history.note(agent, status === 200 ? 'ok' : 'unknown', 'hang-up', { ...about, status })
}

async function hold(agent: string, call: PhoneCall, about: Talk['about']): Promise<void> {
  await delay(700)
  for (const [op, direction, forMs] of [
    ['hold', 'sendonly', 1_500],
    ['retrieve', 'sendrecv', 300],
  ] as const) {
    if (call.end !== undefined) return
    history.note(agent, 'invoke', op, about)
    const status = await Promise.race([call.reinvite(direction), delay(40_000).then(() => 0)])
    history.note(agent, status === 200 ? 'ok' : status === 0 ? 'unknown' : 'fail', op, { ...about, status })
    await Promise.race([call.ended, delay(forMs)])
  }
}

async function transfer(agent: string, call: PhoneCall, about: Talk['about']): Promise<void> {
  await delay(800)
  if (call.end !== undefined) return
  history.note(agent, 'invoke', 'transfer', about)
  const status = await Promise.race([call.refer('1002'), delay(40_000).then(() => 0)])
  history.note(agent, status === 202 ? 'ok' : 'unknown', 'transfer', { ...about, status })
  await Promise.race([call.ended, delay(10_000)])
  if (call.end === undefined) await call.hangUp()
}

runActor('agents', {
  async prepare(task, ...writers) {
    ;[history, sip] = writers
    network = wayOf(task)
    for (const plan of task.plans) plans.set(plan.number, plan)
    for (let from = 0; from < task.agents.length; from += REGISTER_TOGETHER)
      await Promise.all(task.agents.slice(from, from + REGISTER_TOGETHER).map((agent) => openPhone(task, agent)))
  },
  act() {
    timer = setInterval(() => {
      for (const phone of phones) void phone.register(REGISTER_EXPIRES_S)
    }, REGISTER_EVERY_MS)
    return Promise.resolve()
  },
  async finish() {
    clearInterval(timer)
    history.note('agents', 'info', 'lateness', { ms: ticker.lateMsMax })
    await Promise.all(phones.map((phone) => phone.close()))
    ticker.close()
  },
})
