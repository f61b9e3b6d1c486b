import type { InteractionDetail } from '#api/contract'

export type { AgentLive, InteractionView } from '#api/contract'

/** What an interaction spends its time with. */
export type SegmentKind = InteractionDetail['segments'][number]['kind']
