import { describe, expect, it } from 'vitest'
import type { InteractionDetail, TakenSoundView } from '#api/contract'
import { ApiProblem } from './api-client.ts'
import { SoundRecorder } from './sound-recorder.ts'

type Call = Pick<InteractionDetail, 'state' | 'recordings'>

const TAKEN = { sound: 'a'.repeat(64), durationMs: 1_200 } as TakenSoundView

/** A recorder whose server answers from these lists, and whose clock is moved by hand. */
function made(answers: {
  calls?: readonly (Call | ApiProblem)[]
  taken?: readonly (TakenSoundView | ApiProblem)[]
  refused?: ApiProblem
}) {
  const calls = [...(answers.calls ?? [])]
  const takes = [...(answers.taken ?? [])]
  const steps: string[] = []
  const asked: string[] = []
  const taken: TakenSoundView[] = []
  let now = 0
  let due: (() => void) | undefined
  const next = async <T>(from: (T | ApiProblem)[]): Promise<T> => {
    const one = from.length > 1 ? from.shift()! : from[0]!
    if (one instanceof ApiProblem) throw one
    return one
  }
  const recorder = new SoundRecorder({
    server: {
      callToRecord: async (id) => {
        asked.push(id)
        if (answers.refused) throw answers.refused
      },
      call: () => next(calls),
      takeRecorded: () => next(takes),
    },
    clock: {
      now: () => now,
      after: (delayMs, call) => {
        due = () => {
          now += delayMs
          call()
        }
        return () => {
          due = undefined
        }
      },
    },
    onCall: (id) => asked.push(id),
    onTaken: (one) => taken.push(one),
  })
  recorder.state.subscribe(() => steps.push(recorder.state.get().step))
  /** Lets so many seconds go by. */
  const passes = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      const call = due
      due = undefined
      call?.()
      for (let turn = 0; turn < 8; turn++) await Promise.resolve()
    }
  }
  return { recorder, steps, asked, taken, passes, isWaiting: () => due !== undefined }
}

const RINGS: Call = { state: 'offered', recordings: [] }
const SPEAKS: Call = { state: 'in-flow', recordings: ['ix.r1'] }
const OVER: Call = { state: 'closed', recordings: ['ix.r1'] }
const NOT_YET = new ApiProblem(404, 'there is no stored recording')

describe('recording a sound by phone', () => {
  it('calls, follows the call, waits for what was recorded and takes it', async () => {
    const { recorder, steps, asked, taken, passes, isWaiting } = made({
      calls: [RINGS, SPEAKS, new ApiProblem(0, ''), OVER],
      taken: [NOT_YET, NOT_YET, TAKEN],
    })
    await recorder.begin()
    await recorder.begin()
    expect(new Set(asked).size).toBe(1)
    await passes(10)
    expect(steps).toEqual(['ringing', 'ringing', 'speaking', 'storing', 'idle'])
    expect(taken).toEqual([TAKEN])
    expect(isWaiting()).toBe(false)
  })

  it('says what was refused, that nothing was said, and that nobody answers', async () => {
    const refused = made({ refused: new ApiProblem(409, 'the phone of admin is not there') })
    await refused.recorder.begin()
    expect(refused.recorder.state.get()).toEqual({
      ...{ step: 'failed', why: 'refused', detail: 'the phone of admin is not there' },
    })
    const nothing = made({ calls: [RINGS, { state: 'closed', recordings: [] }] })
    await nothing.recorder.begin()
    await nothing.passes(3)
    expect(nothing.recorder.state.get()).toMatchObject({ step: 'failed', why: 'nothing' })
    const silent = made({ calls: [OVER], taken: [new ApiProblem(422, 'nothing can be heard in this sound')] })
    await silent.recorder.begin()
    await silent.passes(2)
    expect(silent.recorder.state.get()).toMatchObject({ why: 'refused', detail: 'nothing can be heard in this sound' })
    await silent.recorder.begin()
    expect(silent.recorder.state.get()).toEqual({ step: 'ringing' })
  })

  it('gives a server that is away a minute, counted from its last answer', async () => {
    const { recorder, passes, isWaiting } = made({ calls: [SPEAKS, SPEAKS, new ApiProblem(503, '')] })
    await recorder.begin()
    await passes(59)
    expect(recorder.state.get()).toEqual({ step: 'speaking' })
    await passes(10)
    expect(recorder.state.get()).toMatchObject({ step: 'failed', why: 'away' })
    expect(isWaiting()).toBe(false)
  })

  it('asks nothing more when the page has gone', async () => {
    const { recorder, passes, isWaiting } = made({ calls: [SPEAKS] })
    await recorder.begin()
    await passes(2)
    recorder.close()
    expect(isWaiting()).toBe(false)
    await recorder.begin()
    expect(recorder.state.get()).toEqual({ step: 'speaking' })
  })
})
