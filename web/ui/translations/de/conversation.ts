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
    deliveryWaiting: 'wartet auf das Senden',
    deliverySent: 'gesendet',
    deliveryDelivered: 'zugestellt',
    deliveryFailed: 'nicht zugestellt: {{reason}}',
    deliveryUncertain: 'vielleicht gesendet: die Verbindung brach dabei ab, und niemand kann es sagen',
    resend: 'Erneut senden',
    length_one: 'eine Nachricht',
    length_other: '{{count}} Nachrichten',
    tooLong: '{{count}} Nachrichten, höchstens {{most}} sind möglich: bitte kürzer schreiben',
    queued: 'Wartet in der Warteschlange',
    joined: '{{name}} ist jetzt da',
    left: '{{name}} ist gegangen',
    transferred: '{{name}} hat übergeben',
    ended: 'Die Unterhaltung ist zu Ende',
  },
}
