import type { G711 } from '#protocols/audio'

/** A sound that can be played at once in either law: octets at 8 kHz, one channel, in memory that both threads share. */
export type Sound = Readonly<Record<G711, Uint8Array>>

/** Before the id of a prompt's own sound, where it is asked for beside recordings: their ids have no slash. */
export const SOUND_MARK = 'sound/'
