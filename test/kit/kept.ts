import { afterEach } from 'vitest'

const open: { close(): unknown }[] = []

/** Closes the thing after the test that made it; what was made last goes first. */
export function kept<T extends { close(): unknown }>(thing: T): T {
  open.push(thing)
  return thing
}

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})
