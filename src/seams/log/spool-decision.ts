/** Whether the primary reaches the store, and its term still holds there as far as it knows. */
export type StoreSeen = 'reachable' | 'away'

/**
 * What the cores that the primary knows say within one question: there is none to ask; all keep its records and reach the store as
 * little as it does; all do, and some of them reach it; some say nothing; one knows of a newer term.
 */
export type PeersSay = 'alone' | 'consenting' | 'reaching' | 'silent' | 'newer'

/**
 * What a primary with events in its spool does: commit them by its own disk and the peers'; the same, and write them to the store;
 * take nothing new; end, so that a core that can do better takes over (where others reach the store: once that has lasted, and until then
 * it spools, as they have promised to wait).
 */
export type SpoolAction = 'spool' | 'drain' | 'refuse' | 'hand over'

/** The whole rule. `test/model/decision.pml` is made from it, so what is proved is what runs. */
export const SPOOL_DECISIONS: Readonly<Record<StoreSeen, Readonly<Record<PeersSay, SpoolAction>>>> = {
  reachable: { alone: 'drain', consenting: 'drain', reaching: 'drain', silent: 'drain', newer: 'hand over' },
  away: { alone: 'spool', consenting: 'spool', reaching: 'hand over', silent: 'refuse', newer: 'hand over' },
}
