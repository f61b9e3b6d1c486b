import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { firstAnswer } from './first-answer.ts'

/** Lets promises settle between two steps of the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** Calls of which those that are placed from a moment on are answered so much later, until a limit; nobody's goodbye takes time unless told. */
function callsFrom(clock: VirtualClock, from: number, { laterMs = 0, goodbye = () => Promise.resolve() } = {}) {
  const hungUp: number[] = []
  const dial = async (turn: number) => {
    const placedAt = clock.monotonic()
    return {
      answered: (withinMs: number) =>
        new Promise<boolean>((resolve) => {
          if (placedAt >= from) clock.after(laterMs, () => resolve(true))
          else clock.after(withinMs, () => resolve(false))
        }),
      hangUp: async () => {
        hungUp.push(turn)
        await goodbye()
      },
    }
  }
  return { dial, hungUp }
}

async function play<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let over = false
  void work.then(() => {
    over = true
  })
  for (let passed = 0; !over && passed < 60_000; passed += 10) {
    await settle()
    clock.advance(10)
    await settle()
  }
  return work
}

const LIMITS = { everyMs: () => 50, giveUpMs: 5_000, goodbyeMs: 1_000 }

describe('the first call that is answered again', () => {
  it('says how long that took since the blow, and hangs up every call that was tried', async () => {
    const clock = new VirtualClock(0)
    const { dial, hungUp } = callsFrom(clock, 200, { laterMs: 30 })
    const ms = await play(clock, firstAnswer(dial, { clock, since: 0, ...LIMITS }))
    expect(ms).toBeGreaterThanOrEqual(230)
    expect(ms).toBeLessThanOrEqual(260)
    expect(hungUp).toEqual([0, 1, 2, 3, 4])
  })

  it('gives up, and says that nobody was', async () => {
    const clock = new VirtualClock(0)
    const { dial, hungUp } = callsFrom(clock, Number.POSITIVE_INFINITY)
    expect(await play(clock, firstAnswer(dial, { clock, since: 0, ...LIMITS }))).toBe(Number.POSITIVE_INFINITY)
    expect(hungUp).toHaveLength(LIMITS.giveUpMs / 50)
  })

  it('waits for goodbyes that nobody answers no longer than is said', async () => {
    const clock = new VirtualClock(0)
    const { dial } = callsFrom(clock, 0, { goodbye: () => new Promise(() => {}) })
    await play(clock, firstAnswer(dial, { clock, since: 0, ...LIMITS }))
    expect(clock.monotonic()).toBeLessThanOrEqual(LIMITS.goodbyeMs + 200)
  })

  it('tries more rarely the longer it takes, where it is told so', async () => {
    const clock = new VirtualClock(0)
    const { dial, hungUp } = callsFrom(clock, 4_000)
    await play(clock, firstAnswer(dial, { ...LIMITS, clock, since: 0, everyMs: (ms) => Math.max(50, ms / 2) }))
    expect(hungUp.length).toBeLessThan(20)
  })
})
