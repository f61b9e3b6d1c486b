import WebSocket from 'ws'
import { Phone } from '../../kit/phone.ts'
import { RtpTicker, sharedNow } from '../../kit/rtp-stream.ts'
import { pidOf, signal, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'

/** Everybody of the demo centre who is not played by the run. */
const PHONES_FROM = 20
const PHONES_TO = 180
const BROWSERS = 200
/** Everybody is back within this. */
const BACK_MS_MAX = 30_000

/** Kills the edge; then all phones register and all browsers connect at the same moment. */
async function herd(world: World): Promise<void> {
  const [system] = world.systems
  if (!system) return
  const ticker = new RtpTicker()
  const numbers = Array.from({ length: PHONES_TO - PHONES_FROM }, (_, index) => PHONES_FROM + index)
  const open = (number: number) =>
    Phone.open({ server: system.sip, user: String(2000 + number), password: `demo-agent${number}`, ticker })
  const phones = await Promise.all(numbers.map(open))
  world.note('invoke', 'herd', { phones: phones.length, browsers: BROWSERS })
  const since = sharedNow()
  signal(pidOf(system, 'edge'), 'SIGKILL')
  const registered = Promise.all(phones.map((phone) => phone.register(60)))
  const browsers = Array.from({ length: BROWSERS }, () => new WebSocket(`${system.http.replace('http', 'ws')}/ws`))
  const connected = browsers.map(
    (socket) =>
      new Promise<boolean>((resolve) => socket.on('open', () => resolve(true)).on('error', () => resolve(false))),
  )
  await world.takeover('herd', since)
  const late = world.wait(BACK_MS_MAX).then(() => undefined)
  const statuses = await Promise.race([registered, late])
  const back = statuses?.filter((status) => status === 200).length ?? 0
  const seen = (await Promise.all(connected)).filter(Boolean).length
  world.note('info', 'herd-back', { phones: back, browsers: seen, ms: Math.round(sharedNow() - since) })
  for (const socket of browsers) socket.terminate()
  await Promise.race([Promise.all(phones.map((phone) => phone.register(0))), world.wait(10_000)])
  await Promise.all(phones.map((phone) => phone.close()))
  ticker.close()
  world.note('ok', 'herd')
}

export const HERD_FAULTS: readonly Fault[] = [
  {
    id: '22',
    name: 'all phones and browsers return at once',
    how: `the edge is killed; ${PHONES_TO - PHONES_FROM} phones register and ${BROWSERS} browsers connect in the same moment`,
    marks: { ...CONTROL_MARKS, takeoversMax: 0, pauseMs: 1_000 },
    run: herd,
  },
]
