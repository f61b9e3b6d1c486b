import { z } from 'zod'

/** One core, edge, media or archive process of the pool. */
export const MemberSchema = z.looseObject({
  name: z.string(),
  role: z.string().describe('primary, backup, edge, media, archive'),
  node: z.string().optional().describe('the machine that it runs on'),
  release: z.string().optional(),
  address: z.string().nullable().optional(),
  term: z.number().int().nullable().optional(),
  position: z.number().int().nullable().optional().describe('the newest event it has folded'),
  lag: z.number().int().nullable().optional().describe('how many events it is behind the log'),
  modules: z.array(z.looseObject({ name: z.string(), healthy: z.boolean(), detail: z.string().optional() })).optional(),
})

/** The pool: who is primary, in which term, how far each has come. */
export const ClusterSchema = z.looseObject({
  primary: z.string().nullable(),
  term: z.number().int(),
  position: z.number().int().describe('the newest event in the log'),
  cores: z.array(MemberSchema),
  others: z.array(MemberSchema).optional(),
})

/** The pool as `GET /cluster` shows it. */
export type Cluster = z.infer<typeof ClusterSchema>
