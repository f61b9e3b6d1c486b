import { useSyncExternalStore } from 'react'

/** Anything that has a value and tells when it changes. */
interface Readable<T> {
  get(): T
  subscribe(listener: () => void): () => void
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Readable<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}
