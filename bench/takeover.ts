import { killAndWatch } from '../scripts/simulate/kill-watch.ts'
import { ApiClient, eventually } from '../test/kit/api-client.ts'
import { Phone } from '../test/kit/phone.ts'
import type { PhoneCall } from '../test/kit/phone-call.ts'
import { RtpTicker, sharedNow } from '../test/kit/rtp-stream.ts'
import { type System, startSystem } from '../test/kit/system.ts'
import { growthExponent, machine, median } from './support-processes.ts'

/** Calls that stand in the queue while the core is killed: ×1, ×4, ×16. */
const SIZES = [10, 40, 160] as const

/** One kill tells nothing of the next: the median of so many at each size. */
const RUNS = 5

const LIMIT =
  'how soon the backup gets the lease: the supervisor sees the death and hands it back; then the rest of the log is folded, edge and media are claimed'

/**
 * From `kill -9` of the core until a new call is answered with 200, measured by a caller that dials the echo every 50 ms. The waiting
 * callers' music must not stop meanwhile: its longest gap stands beside.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const system = await startSystem()
  const ticker = new RtpTicker()
  try {
    const api = await new ApiClient(system.http).logIn('supervisor')
    const medians: number[] = []
    for (const size of SIZES) medians.push(await measure({ system, api, ticker, size, print }))
    const growth = {
      bench: 'takeover.growth',
      figure: growthExponent(SIZES, medians),
      unit: 'exponent of ms over standing calls',
    }
    print(JSON.stringify({ ...growth, peer: null, limit: LIMIT }))
  } finally {
    ticker.close()
    await system.stop()
  }
}

interface Round {
  readonly system: System
  readonly api: ApiClient
  readonly ticker: RtpTicker
  readonly size: number
  readonly print: (line: string) => void
}

async function measure({ system, api, ticker, size, print }: Round): Promise<number> {
  let musicGapMs = 0
  const phones: Phone[] = []
  const calls: PhoneCall[] = []
  for (let index = 0; index < size; index++) {
    const gapSeen = ({ ms }: { readonly ms: number }) => {
      musicGapMs = Math.max(musicGapMs, ms)
    }
    const phone = await Phone.open({ server: system.sip, user: `76${String(index).padStart(5, '0')}`, ticker, gapSeen })
    phones.push(phone)
    const call = await phone.dial('1001')
    await call.connected()
    calls.push(call)
  }
  await eventually('music at all', () => (calls.every(({ media }) => media.otherPackets > 100) ? true : undefined))
  const beforeMs = musicGapMs
  musicGapMs = 0
  const takeovers: number[] = []
  for (let round = 0; round < RUNS; round++) takeovers.push(await takeover(system, api))
  const lost = calls.filter(({ state }) => state !== 'connected').length
  await Promise.all(calls.map((call) => call.hangUp()))
  await Promise.all(phones.map((phone) => phone.close()))
  const figure = Math.round(median(takeovers))
  const worst = Math.round(Math.max(...takeovers))
  const gaps = { musicGapMs: Math.round(musicGapMs), musicGapMsBefore: Math.round(beforeMs) }
  print(
    JSON.stringify({
      bench: 'takeover',
      size,
      figure,
      unit: 'ms from kill to the first answered call, median',
      worst,
      lost,
      ...gaps,
      peer: null,
      limit: LIMIT,
      machine: machine(),
    }),
  )
  return figure
}

async function takeover(system: System, api: ApiClient): Promise<number> {
  const before = system.pid('core')
  const { takeoverMs } = await killAndWatch({ role: 'core', atS: 0 }, before, api, system.sip)
  await system.replaced('core', before)
  const since = sharedNow()
  // A core that lived too shortly is started again with a delay: let each one come of age first.
  await eventually(
    'a core that is a while old',
    () => (sharedNow() - since > SETTLED_MS ? true : undefined),
    SETTLED_MS * 2,
  )
  return takeoverMs
}

const SETTLED_MS = 6_000
