import type { alert as english } from '../en/alert.ts'
import type { Words } from '../words.ts'

/** Schwellen, die überschritten sind. */
export const alert: Words<typeof english> = {
  alert: {
    title: 'Alarme',
    mute: 'Ohne Ton',
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
  },
}
