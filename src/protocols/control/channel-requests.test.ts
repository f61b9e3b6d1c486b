import { describe, expect, it } from 'vitest'
import { defineErrors, isTandemError, TandemError, VirtualClock } from '#base'
import { CHANNEL_ERRORS } from './channel-errors.ts'
import { OpenRequests, REQUESTS_MAX, writeError } from './channel-requests.ts'

const ERRORS = defineErrors({ 'test.refused': { sentence: 'no {what}', status: 418 } })

interface Bench {
  readonly requests: OpenRequests
  readonly clock: VirtualClock
  readonly ids: number[]
  open(timeoutMs?: number): Promise<unknown>
}

function bench(): Bench {
  const clock = new VirtualClock()
  const requests = new OpenRequests('peer:1', clock)
  const ids: number[] = []
  const send = (id: number) => {
    ids.push(id)
    return undefined
  }
  const open = (timeoutMs?: number) => {
    const answer = requests.open(send, timeoutMs)
    answer.catch(() => {})
    return answer
  }
  return { requests, clock, ids, open }
}

const codeOf = (answer: Promise<unknown>) => answer.catch((error: TandemError) => error.code)

describe('open requests', () => {
  it('give each answer to whoever asked, thousands in flight and answered in any order', async () => {
    const { requests, clock, ids, open } = bench()
    const answers = Array.from({ length: 5000 }, () => open())
    const order = ids.map((id) => id).sort((a, b) => ((a * 7919) % 5003) - ((b * 7919) % 5003))
    for (const id of order) requests.answered(id, `answer ${id}`)
    expect(await Promise.all(answers)).toEqual(ids.map((id) => `answer ${id}`))
    expect(new Set(ids).size).toBe(5000)
    expect(clock.pending).toBe(0)
  })

  it('wait for their own time and no longer, each by itself', async () => {
    const { requests, clock, ids, open } = bench()
    const [short, long, usual] = [open(100), open(5000), open()]
    clock.advance(100)
    await expect(short).rejects.toMatchObject({ code: 'channel.timeout', fields: { peer: 'peer:1', timeoutMs: 100 } })
    requests.answered(ids[0]!, 'too late')
    requests.answered(ids[1]!, 'in time')
    expect(await long).toBe('in time')
    clock.advance(9_899)
    requests.answered(ids[2]!, 'just in time')
    expect(await usual).toBe('just in time')
    expect(clock.pending).toBe(0)
  })

  it('are refused when too many are open, and taken again when one is answered', async () => {
    const { requests, ids, open } = bench()
    for (let i = 0; i < REQUESTS_MAX; i++) open()
    expect(await codeOf(open())).toBe('channel.busy')
    requests.answered(ids[0]!, 1)
    const next = open()
    requests.answered(ids.at(-1)!, 'taken')
    expect(await next).toBe('taken')
  })

  it('all end with the connection, and no timer is left', async () => {
    const { requests, clock, open } = bench()
    const answers = [open(), open(50), open(90_000)]
    requests.closed(CHANNEL_ERRORS['channel.silent']({ silentMs: 1500 }))
    for (const answer of answers) {
      const error = await answer.catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'channel.closed' })
      expect((error as Error).cause).toMatchObject({ code: 'channel.silent' })
    }
    expect(clock.pending).toBe(0)
  })

  it('fail at once when they cannot be sent, and leave nothing behind', async () => {
    const { requests, clock } = bench()
    const refusal = CHANNEL_ERRORS['channel.frame-too-large']({ bytes: 9, bytesMax: 8 })
    await expect(requests.open(() => refusal)).rejects.toBe(refusal)
    expect(clock.pending).toBe(0)
  })

  it('bear answers that nobody asked for, and errors of any shape', async () => {
    const { requests, ids, open } = bench()
    for (const id of [0, -1, Number.NaN, 1e300]) {
      requests.answered(id, 'nobody')
      requests.refused(id, { code: 'x' })
    }
    for (const error of [null, 5, 'text', [], {}, { code: 7 }, { code: 'x' }, { message: 'y' }]) {
      const answer = open()
      requests.refused(ids.at(-1)!, error)
      expect(await codeOf(answer)).toBe('channel.peer-failed')
    }
    const odd = open()
    requests.refused(ids.at(-1)!, { code: 'a.b', message: 'm', status: 'high', fields: 'none' })
    await expect(odd).rejects.toMatchObject({ code: 'a.b', message: 'm', status: 500, fields: {} })
  })
})

describe('an error on its way', () => {
  it('keeps code, sentence, status and fields, and is a TandemError at the other end', async () => {
    const { requests, ids, open } = bench()
    const answer = open()
    requests.refused(ids[0]!, JSON.parse(JSON.stringify(writeError(ERRORS['test.refused']({ what: 'tea' })))))
    const error = await answer.catch((reason: unknown) => reason)
    expect(isTandemError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'test.refused', message: 'no tea', status: 418, fields: { what: 'tea' } })
  })

  it('tells nothing of a bug', () => {
    for (const bug of [new TypeError('inner'), 'inner', undefined, { code: 'inner', message: 'inner' }]) {
      expect(JSON.stringify(writeError(bug))).not.toContain('inner')
    }
    expect(writeError(new TandemError('a.b', { sentence: 's', status: 1 }, {}))).toMatchObject({ code: 'a.b' })
  })
})
