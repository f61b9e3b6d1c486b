import type { desk as english } from '../en/desk.ts'
import type { Words } from '../words.ts'

/** Was am Arbeitsplatz steht. */
export const desk: Words<typeof english> = {
  desk: {
    work: 'Meine Arbeit',
    none: 'Im Moment nichts',
    nothing: 'Nichts ist geöffnet',
    empty: 'Dir wird nichts angeboten',
    emptyHint: 'Anrufe, Chats und andere Arbeit erscheinen hier von selbst, solange du bereit bist.',
    voice: 'Anruf von {{from}}',
    callback: 'Rückruf an {{from}}',
    chat: 'Chat mit {{from}}',
    sms: 'Nachrichten von {{from}}',
    email: 'Mail von {{from}}',
    'work-item': 'Arbeit von {{from}}',
    queue: 'Warteschlange {{queue}}',
    failed: 'Das ging nicht: {{detail}}',
    to: 'Weitergeben an Nummer',
    'do-accept': 'Annehmen',
    'do-decline': 'Ablehnen',
    'do-hold': 'Halten',
    'do-retrieve': 'Zurückholen',
    'do-complete': 'Erledigt',
    'do-end': 'Beenden',
    'do-transfer': 'Weitergeben',
    'do-wrap-up': 'Fertig',
  },
  medium: {
    voice: 'Anruf',
    callback: 'Rückruf',
    chat: 'Chat',
    sms: 'Textnachricht',
    email: 'Mail',
    'work-item': 'Vorgang',
  },
}
