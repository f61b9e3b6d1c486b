import type { wall as english } from '../en/wall.ts'
import type { Words } from '../words.ts'

/** Der Bildschirm an der Wand. */
export const wall: Words<typeof english> = {
  wall: {
    calm: 'niemand wartet',
    waiting: 'warten',
    late: 'warten zu lange',
    longest: 'Längste Wartezeit',
    level: 'Servicelevel',
    ready: 'Bereit',
    talking: 'Im Gespräch',
    choose: 'Warteschlangen wählen',
    whole: 'Ganzer Bildschirm',
    none: 'Keine Warteschlange zu zeigen. Bitte wählen, oder einen Administrator fragen.',
    stale: 'Im Moment keine Verbindung: die Anzeige ist von vorhin',
    forbidden: 'Ihre Rolle sieht die Warteschlangen anderer nicht.',
    back: 'Leitstand',
  },
}
