import { z } from 'zod'
import type { Medium } from './configuration.ts'

/** More prompts in one step are a play of its own, and would be one command of many kilobytes to the media process. */
const PROMPTS_MAX = 20

/** More skills than anybody can keep up to date for one person. */
const SKILLS_MAX = 100

/** More groups than anybody can tell apart. */
export const GROUPS_MAX = 50

export const DAY_MS = 86_400_000

/**
 * What a name stands for. A `queue`, `user`, `flow` or `schedule` must be there (`mailbox`: a user or a queue; `number`: whatever can
 * be dialled; `prompt`, `role`: configured or built in); skills, groups and wrap-up codes come to be by being named; a `step` is one of the same flow.
 */
export type Target =
  | 'user'
  | 'role'
  | 'queue'
  | 'flow'
  | 'number'
  | 'schedule'
  | 'mailbox'
  | 'skill'
  | 'group'
  | 'prompt'
  | 'wrap-up-code'
  | 'step'

/** What a schema says of a value beside its shape; the page draws its forms by it, and references are found by it. */
export interface FieldMeta {
  /** The value (of a record: each key) is the name of one of these. */
  readonly refersTo?: Target
  /** In what a number is counted. */
  readonly unit?: 'ms' | 'percent'
}

const meta = (said: FieldMeta): Record<string, unknown> => ({ ...said })

export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is not a name (1-64 letters, digits, . _ -)')
/** The name of something else in the configuration. */
export const nameOf = (target: Target) => name.meta(meta({ refersTo: target }))
export const promptName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9/-]{0,99}$/, 'is not the name of a prompt (1-100 lower-case letters, digits, - /)')
/** The name of a prompt that is played. */
export const prompt = promptName.meta(meta({ refersTo: 'prompt' }))
export const prompts = z.array(prompt).max(PROMPTS_MAX)
export const extension = z.string().regex(/^[0-9]{1,15}$/, 'is not an extension (1-15 digits)')
export const number = z.string().regex(/^\+?[0-9]{1,20}$/, 'is not a number (1-20 digits, + in front allowed)')
export const numberOf = number.meta(meta({ refersTo: 'number' }))
export const digit = z.string().regex(/^[0-9*#A-D]$/, 'is not a digit of a telephone')
export const skills = z
  .record(nameOf('skill'), z.number().int().min(0).max(100))
  .refine((all) => Object.keys(all).length <= SKILLS_MAX, `has more than ${SKILLS_MAX} skills`)

export const milliseconds = (least: number, most: number) =>
  z
    .number()
    .int()
    .min(least)
    .max(most)
    .meta(meta({ unit: 'ms' }))
export const percent = z
  .number()
  .min(0)
  .max(100)
  .meta(meta({ unit: 'percent' }))

/** What an agent may say of a finished contact: a phrase. */
export const wrapUpCode = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .meta(meta({ refersTo: 'wrap-up-code' }))

export const namesOf = (target: Target, most: number) => z.array(nameOf(target)).min(1).max(most)
export const MEDIA = [
  'voice',
  'callback',
  'chat',
  'sms',
  'email',
  'fax',
  'work-item',
] as const satisfies readonly Medium[]
export const medium = z.enum(MEDIA)
