import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Cluster } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { successorsOf } from '../../models/pool.ts'
import { Question } from '../../ui/question.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

/** The backup that is nearest to the head of the log. */
const NEAREST = 'nearest'

/** Makes a backup the primary, after a question that says what happens then. */
export function SwitchoverButton(props: { cluster: Cluster; token: string; onDone: (words: string) => void }) {
  const { cluster, token, onDone } = props
  const { t } = useWords()
  const [asks, setAsks] = useState(false)
  const [to, setTo] = useState(NEAREST)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const successors = successorsOf(cluster)
  const switchOver = async (): Promise<void> => {
    setBusy(true)
    try {
      const body = to === NEAREST ? {} : { to }
      const answer = await new ApiClient(token).send<{ to: string }>('POST', '/cluster/switchover', body)
      setAsks(false)
      onDone(t('pool.switching', { to: answer.to }))
    } catch (error) {
      setProblem(t('pool.refused', { detail: error instanceof ApiProblem ? error.message : '' }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="xs" variant="default" disabled={successors.length === 0} onClick={() => setAsks(true)}>
        {t('pool.switchover')}
      </Button>
      <Question opened={asks} onClose={() => setAsks(false)} title={t('pool.switchoverTitle')}>
        <Stack gap="md">
          <Text size="sm">{t('pool.switchoverAsks')}</Text>
          <Radio.Group label={t('pool.successor')} value={to} onChange={setTo}>
            <Stack gap="xs" mt="xs">
              <Radio value={NEAREST} label={t('pool.nearest')} />
              {successors.map(({ name }) => (
                <Radio key={name} value={name} label={name} />
              ))}
            </Stack>
          </Radio.Group>
          {problem !== '' && (
            <Text size="sm" role="alert" c="var(--late)">
              {problem}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsks(false)}>
              {t('pool.cancel')}
            </Button>
            <Button loading={busy} onClick={switchOver}>
              {t('pool.switchoverDo')}
            </Button>
          </Group>
        </Stack>
      </Question>
    </>
  )
}
