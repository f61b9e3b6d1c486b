import { expect } from 'vitest'

/** Server-sent events of one answer, as they come. */
export interface Followed<T> {
  /** The next event; undefined when the stream has ended. */
  next(): Promise<T | undefined>
  /** The next event that fits; fails when the stream ends before. */
  until(fits: (one: T) => boolean): Promise<T>
  close(): void
}

/** Opens a stream of the API and reads its events. */
export async function follow<T>(base: string, path: string, token: string): Promise<Followed<T>> {
  const end = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${base}/api/v1${path}`, { headers, signal: end.signal })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<T | undefined> => {
    for (;;) {
      const at = text.indexOf('\n\n')
      if (at >= 0) {
        const event = text.slice(0, at)
        text = text.slice(at + 2)
        const data = event.split('\n').find((line) => line.startsWith('data: '))
        if (data) return JSON.parse(data.slice(6))
        continue
      }
      const { value, done } = await reader.read()
      if (done) return undefined
      text += value
    }
  }
  const until = async (fits: (one: T) => boolean): Promise<T> => {
    for (;;) {
      const one = await next()
      if (!one) throw new Error('the stream ended before')
      if (fits(one)) return one
    }
  }
  return { next, until, close: () => end.abort() }
}
