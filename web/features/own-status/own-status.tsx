import { Button, Menu, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { AgentLive } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'

const CHOICES = ['ready', 'not-ready', 'logged-off'] as const

function choicesOf(
  reasons: readonly string[],
): readonly { readonly status: (typeof CHOICES)[number]; readonly reason?: string }[] {
  return CHOICES.flatMap((status) => [
    { status },
    ...(status === 'not-ready' ? reasons.map((reason) => ({ status, reason })) : []),
  ])
}

/** What one is, since when, and the choice of what to be. The board shows the change when the server has it. */
export function OwnStatus({
  agent,
  token,
  reasons = [],
  onFailure,
}: {
  agent: AgentLive
  token: string
  /** Why one may say that one is not ready, in the administrator's words. */
  reasons?: readonly string[]
  onFailure: (words: string) => void
}) {
  const { t } = useWords()
  const [busy, setBusy] = useState(false)
  const choose = async (status: (typeof CHOICES)[number], reason?: string): Promise<void> => {
    setBusy(true)
    try {
      await new ApiClient(token).chooseStatus(agent.user, status, reason)
    } catch {
      onFailure(t('status.failed'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          loading={busy}
          leftSection={<Dot tone={STATUS_TONES[agent.status]} beats={agent.status === 'offered'} />}
        >
          <VisuallyHidden>{t('status.label')}: </VisuallyHidden>
          {agent.status === 'not-ready' && agent.reason !== null ? agent.reason : t(`status.${agent.status}`)}&ensp;
          <Elapsed since={agent.since} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('status.choose')}>
        {choicesOf(reasons).map(({ status, reason }) => {
          const isChosen = agent.chosen === status && agent.reason === (reason ?? null)
          return (
            <Menu.Item
              key={`${status} ${reason}`}
              leftSection={<Dot tone={STATUS_TONES[status]} />}
              aria-current={isChosen}
              fw={isChosen ? 700 : 400}
              pl={reason === undefined ? undefined : 28}
              onClick={() => choose(status, reason)}
            >
              {reason ?? t(`status.${status}`)}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
