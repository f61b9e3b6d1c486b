import type { Millis } from '#base'
import { BUILT_IN_PROMPTS } from './built-in-prompts.ts'

/** A sound that an administrator gave the pool. One of the name of a built-in prompt is played in its place. */
export interface Prompt {
  /** 1-100 lower-case letters, digits, `-`, `/`. */
  readonly name: string
  /** The SHA-256 of the sound as it is played: 64 hex digits. The sound itself lies outside of the configuration. */
  readonly sound: string
  /** How long it lasts: 1-3,600,000. */
  readonly durationMs: Millis
  /** What is said in it, for who chooses among prompts; up to 2,000 characters. */
  readonly says?: string
}

/** Whether a prompt of this name can be played. */
export function isPrompt(configured: ReadonlyMap<string, Prompt>, name: string): boolean {
  return configured.has(name) || BUILT_IN_PROMPTS.includes(name)
}
