import { useEffect, useState } from 'react'
import type { InteractionDetail } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'

/** What is known of a call, or why not. */
export type DetailState =
  | { readonly type: 'loading' }
  | { readonly type: 'there'; readonly detail: InteractionDetail }
  | { readonly type: 'failed' | 'gone' }

/** Reads the call's timeline, and again each time the call moves (`version` changes). What was read stays until the new one is there. */
export function useDetail(id: string, token: string, version: string): DetailState {
  const [state, setState] = useState<DetailState>({ type: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version is what asks for reading again.
  useEffect(() => {
    let isCurrent = true
    new ApiClient(token).interaction(id).then(
      (detail) => isCurrent && setState({ type: 'there', detail }),
      (error: unknown) => {
        const isGone = error instanceof ApiProblem && error.status === 404
        if (isCurrent) setState((before) => (before.type === 'there' ? before : { type: isGone ? 'gone' : 'failed' }))
      },
    )
    return () => {
      isCurrent = false
    }
  }, [id, token, version])
  return state
}
