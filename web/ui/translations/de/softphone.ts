import type { softphone as english } from '../en/softphone.ts'
import type { Words } from '../words.ts'

export const softphone: Words<typeof english> = {
  softphone: {
    mute: 'Mikrofon stumm schalten',
    unmute: 'Mikrofon einschalten',
    hangUp: 'Auflegen',
    answer: 'Annehmen',
    keypad: 'Wähltasten',
    key: 'Taste {{key}}',
    mine: 'Ihre Stimme',
    theirs: 'Andere Stimme',
    microphone: 'Mikrofon',
    loudspeaker: 'Lautsprecher',
    speak: 'Sprechen Sie: Der Balken bewegt sich mit Ihrer Stimme.',
    standard: 'Wie im System eingestellt',
    ringing: 'Anruf von {{name}}',
    tryAgain: 'Noch einmal versuchen',
    otherPhone: 'Ohne Mikrofon können Ihre Gespräche woanders klingeln:',
    elsewhere:
      'Sie sprechen auf einer anderen Seite oder an einem anderen Telefon. Was Sie hier drücken, gilt diesem Gespräch.',
  },
  quality: {
    unknown: 'Wird gemessen …',
    good: 'Gute Verbindung',
    fair: 'Verbindung mit kleinen Lücken',
    poor: 'Schlechte Verbindung',
    'silent-in': 'Sie hören nichts: ein anderer Weg wird versucht',
    'silent-out': 'Sie werden nicht gehört: ein anderer Weg wird versucht',
    figures: '{{lossIn}} % Verlust beim Hören, {{lossOut}} % beim Sprechen, {{ms}} ms hin und zurück',
  },
  phoneProblem: {
    'microphone-refused':
      'Der Browser gibt das Mikrofon nicht frei. Erlauben Sie es für diese Seite, neben ihrer Adresse, und versuchen Sie es noch einmal.',
    'microphone-missing': 'Kein Mikrofon gefunden. Schließen Sie eines an und versuchen Sie es noch einmal.',
    refused: 'Der Server nimmt dieses Telefon nicht an. Melden Sie sich neu an.',
    'call-failed': 'Der Anruf kam nicht zustande. Versuchen Sie es noch einmal.',
  },
  registration: {
    off: 'Telefon ist aus',
    connecting: 'Telefon verbindet sich …',
    registered: 'Telefon ist bereit',
    refused: 'Telefon wird abgewiesen',
  },
  call: {
    title: 'Rufen Sie uns an',
    intro: 'Sprechen Sie von dieser Seite aus mit uns. Sie brauchen nur ein Mikrofon.',
    start: 'Jetzt anrufen',
    again: 'Noch einmal anrufen',
    connecting: 'Verbindung wird aufgebaut …',
    calling: 'Es wird angerufen …',
    talking: 'Sie sind verbunden',
    ended: 'Der Anruf ist beendet',
    menu: 'Wählen Sie mit den Tasten wie am Telefon.',
    closed: 'Anrufe von dieser Seite sind hier abgeschaltet.',
  },
}
