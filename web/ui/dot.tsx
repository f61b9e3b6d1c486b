import styles from './dot.module.css'
import type { Tone } from './tones.ts'

/** A spot of colour beside the word that it stands for; it beats while something rings. */
export function Dot({ tone, beats = false }: { tone: Tone; beats?: boolean }) {
  return <span aria-hidden="true" className={[styles['dot'], styles[tone], beats ? styles['pulse'] : ''].join(' ')} />
}

/** The class that sets `--tone`. */
export function toneClass(tone: Tone): string {
  return styles[tone] ?? ''
}
