import { useEffect, useRef, useState } from 'react'
import { browserClock } from '../models/clock.ts'
import { type Polled, Poller } from '../models/poller.ts'

/** What is read again and again while the component is there, and a way to read it at once. `key` says what is read. */
export function usePoller<T>(
  read: () => Promise<T>,
  everyMs: number,
  key: string,
): Polled<T> & { refresh: () => void } {
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, failed: false })
  const [poller, setPoller] = useState<Poller<T> | undefined>()
  const latest = useRef(read)
  latest.current = read
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is read; the function is a new one at each drawing.
  useEffect(() => {
    const made = new Poller({ read: () => latest.current(), clock: browserClock, everyMs })
    const leave = made.subscribe(() => setPolled(made.get()))
    setPoller(made)
    return () => {
      leave()
      made.close()
    }
  }, [key, everyMs])
  return { ...polled, refresh: () => poller?.now() }
}
