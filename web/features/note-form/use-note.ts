import { useEffect, useState } from 'react'
import { browserClock } from '../../models/clock.ts'
import { DeskClient } from '../../models/desk-client.ts'
import { NoteKeeper } from '../../models/note-keeper.ts'

/** The keeper of what is written down of one interaction; give the form a key of the interaction, so that each has its own. */
export function useNote(interaction: string, token: string): NoteKeeper | undefined {
  const [keeper, setKeeper] = useState<NoteKeeper | undefined>()
  useEffect(() => {
    const client = new DeskClient(token)
    const made = new NoteKeeper({
      interaction,
      read: () => client.note(interaction),
      write: (note) => client.write(interaction, note),
      storage: localStorage,
      clock: browserClock,
    })
    setKeeper(made)
    return () => made.close()
  }, [interaction, token])
  return keeper
}
