import type { mail as english } from '../en/mail.ts'
import type { Words } from '../words.ts'

/** Was um eine E-Mail herum steht. */
export const mail: Words<typeof english> = {
  mail: {
    title: 'E-Mails',
    to: 'An',
    cc: 'Kopie an',
    subject: 'Betreff',
    text: 'Ihre Antwort',
    from: 'Von {{from}} an {{to}}',
    show: 'Formatiert zeigen',
    hide: 'Als Text zeigen',
    pictures: 'Bilder laden',
    picturesWhy:
      'Bilder fremder Server werden nicht geladen: Sie würden dem Absender verraten, dass die Mail gelesen wurde.',
    formatted: 'Formatierte E-Mail',
    omitted: 'Weggelassen: {{what}}',
    reply: 'Eine automatische E-Mail',
    bounce: 'Wurde nicht zugestellt',
    send: 'E-Mail senden',
    attach: 'Datei anhängen',
    remove: '{{name}} entfernen',
    responses: 'Textbausteine',
    bold: 'Fett',
    italic: 'Kursiv',
    list: 'Liste',
    saved: 'Der Entwurf ist gesichert',
    typing: 'Wird gesichert …',
    unsaved: 'Der Server ist nicht erreichbar; der Entwurf bleibt in diesem Tab',
    sending: 'Wird gesendet …',
    failed: 'Nicht gesendet: {{problem}}',
    waiting: 'wartet auf den Mailserver',
    tried: 'ist beim Mailserver',
    sent: 'gesendet',
    refused: 'nicht zugestellt: {{reason}}',
  },
}
