/** The screen on the wall. */
export const wall = {
  wall: {
    calm: 'nobody waits',
    waiting: 'waiting',
    late: 'waiting too long',
    longest: 'Longest wait',
    level: 'Service level',
    ready: 'Ready',
    talking: 'Talking',
    choose: 'Choose queues',
    whole: 'Full screen',
    none: 'No queue to show. Choose some, or ask an administrator.',
    stale: 'No connection at this moment: what you see is as it was',
    forbidden: 'Your role does not see the queues of others.',
    back: 'Live board',
  },
}
