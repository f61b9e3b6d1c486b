import type { conversation as english } from '../en/conversation.ts'
import type { Words } from '../words.ts'

/** Was um eine schriftliche Unterhaltung herum steht. */
export const conversation: Words<typeof english> = {
  conversation: {
    title: 'Unterhaltung',
    lines: 'Was geschrieben wurde',
    customer: 'Kunde',
    write: 'Dem Kunden schreiben',
    send: 'Senden',
    responses: 'Textbausteine',
    attach: 'Datei anhängen',
    types: 'Der Kunde schreibt …',
    offline:
      'Die Verbindung ist unterbrochen. Was Sie schreiben, bleibt erhalten und wird gesendet, sobald sie wieder steht.',
    sending: 'wird gesendet',
    unsent: 'nicht gesendet',
    seen: 'Gelesen',
    refused: 'Das kann nicht gezeigt werden: {{problem}}',
    fileFailed: 'Die Datei wurde nicht gesendet: {{problem}}',
    queued: 'Wartet in der Warteschlange',
    joined: '{{name}} ist jetzt da',
    left: '{{name}} ist gegangen',
    transferred: '{{name}} hat übergeben',
    ended: 'Die Unterhaltung ist zu Ende',
  },
}
