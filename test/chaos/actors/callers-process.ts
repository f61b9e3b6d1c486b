/** The callers: each dials when its plan says, lives through what comes, and writes what it saw. It knows SIP, RTP and a number to call. */
import { Phone } from '../../kit/phone.ts'
import type { PhoneCall } from '../../kit/phone-call.ts'
import { RtpTicker, sharedNow } from '../../kit/rtp-stream.ts'
import type { HistoryWriter } from '../history.ts'
import { type CallPlan, callerStream } from '../plan.ts'
import { type ActorTask, delay, runActor, wayOf } from './actor.ts'
import { describeEnd, MediaWatch } from './media-watch.ts'

/** A caller who waits longer than this was forgotten. */
const FORGOTTEN_MS = 150_000

/** An agent who should have hung up and did not has this long. */
const AGENT_GRACE_MS = 20_000

/** How late a `late-ack` caller acknowledges: the 200 must have come again meanwhile. */
const ACK_LATE_MS = 2_600

/** How often a caller presses the key of the menu, and how long until the next time. */
const MENU_TRIES_MAX = 10
const MENU_PATIENCE_MS = 1_500

const ticker = new RtpTicker()
let task: ActorTask
let history: HistoryWriter
let sip: HistoryWriter
let network: ReturnType<typeof wayOf> = {}

async function runCaller(plan: CallPlan, index: number): Promise<void> {
  const watch = new MediaWatch(history, plan.number)
  const phone = await Phone.open({
    server: task.server,
    user: plan.number,
    host: task.host,
    ticker,
    gapSeen: (gap) => watch.gap(gap),
    firstSequence: () => plan.firstSequence,
    wire: (way, text, at) => sip.write({ at, who: plan.number, way, text }),
    ...network,
  })
  history.note(plan.number, 'invoke', 'call', { dials: plan.dials, kind: plan.kind, stream: callerStream(index) })
  const call = await phone.dial(plan.dials, { stream: callerStream(index) })
  if (plan.kind === 'late-ack') call.holdAck = true
  watch.follow(call)
  await liveThrough(call, plan).catch((cause: unknown) => history.note(plan.number, 'info', 'gave-up', String(cause)))
  if (call.end === undefined) await hangUp(call, plan)
  await Promise.race([call.ended, delay(40_000)])
  history.note(plan.number, 'info', 'ended', describeEnd(call))
  // A BYE or a 200 may come again: the phone stays on its hook for a while.
  await delay(1_000)
  await phone.close()
}

async function liveThrough(call: PhoneCall, plan: CallPlan): Promise<void> {
  const over = () => call.state === 'ended'
  await call.until('an answer', () => call.state === 'connected' || over(), FORGOTTEN_MS)
  if (over()) return
  history.note(plan.number, 'ok', 'call', { status: call.finals.at(-1) })
  if (plan.kind === 'late-ack') {
    await delay(ACK_LATE_MS)
    call.acknowledge()
  }
  if (plan.kind === 'echo' || plan.kind === 'music') await Promise.race([call.ended, delay(plan.talkMs)])
  else if (plan.kind === 'record') await leaveMessage(call)
  else await meetAgent(call, plan)
}

async function meetAgent(call: PhoneCall, plan: CallPlan): Promise<void> {
  const met = () => call.media.heard.size > 0 || call.state === 'ended'
  // People press a key again when nothing happens: a greeting may still be on.
  for (let tries = 0; plan.kind === 'menu' && tries < MENU_TRIES_MAX && !met(); tries++) {
    await call.media.press('2')
    await call.until('an agent', met, MENU_PATIENCE_MS).catch(() => {})
  }
  if (plan.kind === 'abandon') {
    await call.until('an agent', met, plan.patienceMs).catch(() => {})
    return
  }
  const meets = plan.kind === 'transfer' ? 2 : 1
  const all = () => call.media.heard.size >= meets || call.state === 'ended'
  await call.until('an agent', met, FORGOTTEN_MS)
  // A process that stood still sees both at once: that somebody came, and that it is over.
  const [stream] = call.media.heard.keys()
  if (stream !== undefined) history.note(plan.number, 'info', 'met', { stream })
  if (call.state === 'ended') return
  await call.until('the other agent', all, FORGOTTEN_MS)
  const mine = plan.hangsUp === 'caller'
  await Promise.race([call.ended, delay(mine ? plan.talkMs : plan.talkMs + AGENT_GRACE_MS)])
}

async function leaveMessage(call: PhoneCall): Promise<void> {
  await delay(4_000)
  if (call.state === 'connected') await call.media.press('#')
  await Promise.race([call.ended, delay(15_000)])
}

async function hangUp(call: PhoneCall, plan: CallPlan): Promise<void> {
  history.note(plan.number, 'invoke', 'hang-up', { at: sharedNow() })
  const status = await Promise.race([call.hangUp(), delay(40_000).then(() => 0)])
  history.note(plan.number, status === 200 ? 'ok' : 'unknown', 'hang-up', { status })
}

runActor('callers', {
  async prepare(...given) {
    ;[task, history, sip] = given
    network = wayOf(task)
  },
  async act() {
    const begun = sharedNow()
    await Promise.all(
      task.plans.map(async (plan, index) => {
        await delay(Math.max(0, begun + plan.dialAtMs - sharedNow()))
        await runCaller(plan, index).catch((cause: unknown) =>
          history.note(plan.number, 'info', 'broken', String(cause)),
        )
      }),
    )
  },
  async finish() {
    history.note('callers', 'info', 'lateness', { ms: ticker.lateMsMax })
    ticker.close()
  },
})
