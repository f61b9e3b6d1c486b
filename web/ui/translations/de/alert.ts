import type { alert as english } from '../en/alert.ts'
import type { Words } from '../words.ts'

/** Schwellen, die überschritten sind. */
export const alert: Words<typeof english> = {
  alert: {
    title: 'Alarme',
    mute: 'Ohne Ton',
    acknowledge: 'Ich kümmere mich',
    care: '{{user}} kümmert sich',
    history: 'Frühere Alarme',
    table: 'Tabelle der Alarme',
    none: 'Es gab noch keinen Alarm.',
    raised: 'Beginn',
    what: 'Was',
    lasted: 'Dauer',
    goesOn: 'dauert an',
    changed: '{{time}}, bis die Schwelle geändert wurde',
    seenBy: 'Gesehen von',
    takenCare: 'Gekümmert hat sich',
    warning: 'Warnung',
    critical: 'Kritisch',
    says: '{{queue}}: {{figure}} {{value}}, {{limit}}',
    above: 'mehr als {{limit}}',
    below: 'weniger als {{limit}}',
    'figure-waiting': 'Wartende',
    'figure-longest-wait': 'längste Wartezeit',
    'figure-ready': 'bereite Agenten',
    'figure-service-level': 'Servicelevel heute in Prozent',
    'figure-abandoned': 'heute aufgegeben',
    'figure-overdue': 'überfällige Vorgänge',
  },
}
