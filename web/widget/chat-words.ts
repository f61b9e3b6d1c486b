const en = {
  open: 'Chat with us',
  minimise: 'Minimise',
  end: 'End chat',
  title: 'Chat',
  name: 'Your name',
  email: 'E-mail (for a transcript)',
  question: 'How can we help?',
  start: 'Start chat',
  message: 'Write a message',
  send: 'Send',
  attach: 'Attach a file',
  starting: 'Connecting …',
  position: 'You are number {position} in the queue.',
  wait: 'About {least} to {most} minutes.',
  waiting: 'Somebody will be with you soon.',
  with: 'You are talking to {agents}.',
  over: 'The chat is over.',
  again: 'Start another chat',
  offline: 'Connection lost. What you write is kept and sent as soon as it is back.',
  refused: 'The chat cannot be started: {problem}',
  typing: '{agents} is writing …',
  you: 'You',
  sending: 'is being sent',
  unsent: 'not sent',
  seen: 'Seen',
  fileFailed: 'The file was not sent: {problem}',
  queued: 'You are in the queue.',
  joined: '{name} has joined.',
  left: '{name} has left.',
  transferred: '{name} hands you on to a colleague.',
  ended: 'The chat has ended.',
}

const de: typeof en = {
  open: 'Chatten Sie mit uns',
  minimise: 'Verkleinern',
  end: 'Chat beenden',
  title: 'Chat',
  name: 'Ihr Name',
  email: 'E-Mail (für eine Abschrift)',
  question: 'Wie können wir helfen?',
  start: 'Chat beginnen',
  message: 'Nachricht schreiben',
  send: 'Senden',
  attach: 'Datei anhängen',
  starting: 'Verbinde …',
  position: 'Sie sind Nummer {position} in der Warteschlange.',
  wait: 'Etwa {least} bis {most} Minuten.',
  waiting: 'Gleich ist jemand für Sie da.',
  with: 'Sie schreiben mit {agents}.',
  over: 'Der Chat ist beendet.',
  again: 'Neuen Chat beginnen',
  offline:
    'Die Verbindung ist unterbrochen. Was Sie schreiben, bleibt erhalten und wird gesendet, sobald sie wieder steht.',
  refused: 'Der Chat kann nicht beginnen: {problem}',
  typing: '{agents} schreibt …',
  you: 'Sie',
  sending: 'wird gesendet',
  unsent: 'nicht gesendet',
  seen: 'Gelesen',
  fileFailed: 'Die Datei wurde nicht gesendet: {problem}',
  queued: 'Sie sind in der Warteschlange.',
  joined: '{name} ist jetzt da.',
  left: '{name} hat den Chat verlassen.',
  transferred: '{name} gibt Sie an jemanden weiter.',
  ended: 'Der Chat ist zu Ende.',
}

/** A word or sentence of the panel. */
export type WordKey = keyof typeof en

/** Says things in a language, English where it has no words of it. */
export type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string

/** The words of a language (`de`, `de-AT`, …). */
export function wordsOf(language: string): Say {
  const words = language.toLowerCase().startsWith('de') ? de : en
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
