import type { Note } from '#api/contract'
import { DraftKeeper, type DraftKeeperOptions } from './draft-keeper.ts'

/** As many as the server takes; its own constant would bring all its schemas along. */
export const CHARS_MAX = 4_000

/** What is written down of one interaction. */
export class NoteKeeper extends DraftKeeper<Note> {
  constructor({
    interaction,
    ...options
  }: Omit<DraftKeeperOptions<Note>, 'key' | 'trim'> & { readonly interaction: string }) {
    super({ ...options, key: `tandem.note.${interaction}`, trim: trimmed })
  }
}

function trimmed({ code, text }: Note): Note {
  return {
    ...(code === undefined || code === '' ? {} : { code }),
    ...(text === undefined || text === '' ? {} : { text }),
  }
}
