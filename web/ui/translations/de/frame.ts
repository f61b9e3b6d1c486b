import type { frame as english } from '../en/frame.ts'
import type { Words } from '../words.ts'

/** Was alle Seiten sagen. */
export const frame: Words<typeof english> = {
  app: {
    home: 'Start',
    supervisor: 'Leitstand',
    desk: 'Arbeitsplatz',
    call: 'Ruf uns an',
    wall: 'Wandtafel',
    pool: 'Verbund',
    admin: 'Verwaltung',
    skip: 'Zum Inhalt springen',
    apps: 'Seiten',
  },
  logIn: {
    title: 'Anmelden',
    lead: 'Warteschlangen, Agenten und Anrufe sehen, während sie sich bewegen.',
    user: 'Benutzername',
    password: 'Passwort',
    submit: 'Anmelden',
    hint: 'Benutzer und Passwörter stehen dort, wo Tandem gestartet wurde.',
    wrong: 'Benutzername oder Passwort ist falsch.',
    slowed_one: 'Zu viele falsche Passwörter. Bitte in {{count}} Sekunde erneut versuchen.',
    slowed_other: 'Zu viele falsche Passwörter. Bitte in {{count}} Sekunden erneut versuchen.',
    unreachable: 'Der Server antwortet nicht. Vielleicht startet er gerade neu: bitte gleich noch einmal.',
    missing: 'Bitte ausfüllen.',
    other: 'Das hat nicht geklappt: {{detail}}',
    over: 'Die Sitzung ist abgelaufen. Bitte neu anmelden: Gespräche gehen weiter, und das Getippte ist noch da.',
  },
  menu: {
    account: 'Konto von {{name}}',
    password: 'Passwort setzen',
    logOut: 'Abmelden',
    language: 'Sprache',
    light: 'Helle Farben verwenden',
    dark: 'Dunkle Farben verwenden',
  },
  ownPassword: {
    title: 'Ihr Passwort',
    lead: 'Hier bleiben Sie angemeldet. Ihre anderen Seiten und Geräte müssen sich neu anmelden.',
    current: 'Bisheriges Passwort',
    next: 'Neues Passwort',
    show: 'Passwort anzeigen',
    set: 'Passwort setzen',
    wrong: 'Das bisherige Passwort ist ein anderes.',
    done: 'Ihr Passwort ist gesetzt. Hier geht es weiter; überall sonst melden Sie sich mit dem neuen an.',
    close: 'Schließen',
  },
  connection: {
    connecting: 'Verbinde …',
    live: 'Live',
    reconnecting: 'Verbinde neu …',
    over: 'Abgemeldet',
    held: 'Die Anzeige ist einen Moment alt; die Anrufe laufen weiter.',
  },
}
