import type { Search } from './spin.ts'

/** The searches of `npm test`: small enough for half a minute. */
export const SEARCHES: Readonly<Record<string, Search>> = {
  'two machines': { sizes: { CORES: 2, EVENTS: 2, FAULTS: 3 } },
  'two cores of one machine': { sizes: { CORES: 2, SHARED: 1, EVENTS: 2, FAULTS: 3 } },
  'a core that nobody knows yet': { sizes: { CORES: 2, KNOWN: 1, EVENTS: 2, FAULTS: 3 } },
  'three machines': { sizes: { CORES: 3, EVENTS: 2, FAULTS: 2 } },
  'two machines, and a primary in the end': { sizes: { CORES: 2, EVENTS: 2, FAULTS: 2 }, liveness: true },
  'one machine, and a primary in the end': { sizes: { CORES: 2, SHARED: 1, EVENTS: 2, FAULTS: 2 }, liveness: true },
}

/** The searches of `npm run verify`: some minutes and two gigabytes. */
export const WHOLE_SEARCHES: Readonly<Record<string, Search>> = {
  'two machines': { sizes: { CORES: 2, EVENTS: 3, FAULTS: 4 } },
  'two cores of one machine': { sizes: { CORES: 2, SHARED: 1, EVENTS: 3, FAULTS: 4 } },
  'a core that nobody knows yet': { sizes: { CORES: 2, KNOWN: 1, EVENTS: 3, FAULTS: 4 } },
  'three machines': { sizes: { CORES: 3, EVENTS: 2, FAULTS: 3 } },
  'three cores on two machines': { sizes: { CORES: 3, SHARED: 1, EVENTS: 2, FAULTS: 3 } },
  'two machines, and a primary in the end': { sizes: { CORES: 2, EVENTS: 2, FAULTS: 3 }, liveness: true },
  'three machines, and a primary in the end': { sizes: { CORES: 3, EVENTS: 1, FAULTS: 2 }, liveness: true },
}

const SMALL = { CORES: 2, EVENTS: 2, FAULTS: 3 }

/** Rules left out one at a time: spin must find what goes wrong then, or its silence means nothing. */
export const MUTANTS: Readonly<Record<string, Search & { readonly rule: string }>> = {
  NO_FENCE: { sizes: SMALL, rule: 'the store refuses an append of an older term' },
  NO_CONSENT: { sizes: SMALL, rule: 'events are committed only when all peers have them and consent' },
  ONE_ANSWER: { sizes: { CORES: 3, EVENTS: 2, FAULTS: 3 }, rule: 'all peers answer, not just one' },
  SPOOL_DROPPED: { sizes: SMALL, rule: 'what a disk holds outlives its core' },
  TERM_FORGOTTEN: { sizes: SMALL, rule: 'a core remembers on disk the newest term that it took or heard' },
  PROMISE_FORGOTTEN: { sizes: SMALL, rule: 'a core that starts anew waits as long as if it had promised' },
  PROMISE_ENDLESS: { sizes: { CORES: 2, EVENTS: 2, FAULTS: 2 }, liveness: true, rule: 'a promise ends' },
  ANYBODY_TAKES: {
    sizes: { CORES: 2, KNOWN: 1, EVENTS: 2, FAULTS: 3 },
    rule: 'only a core that the primary knew takes a lapsed lease',
  },
}
