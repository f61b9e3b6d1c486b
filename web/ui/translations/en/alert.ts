/** Thresholds that are crossed. */
export const alert = {
  alert: {
    title: 'Alerts',
    mute: 'No sound',
    warning: 'Warning',
    critical: 'Critical',
    says: '{{queue}}: {{figure}} {{value}}, {{limit}}',
    above: 'more than {{limit}}',
    below: 'less than {{limit}}',
    'figure-waiting': 'waiting',
    'figure-longest-wait': 'longest wait',
    'figure-ready': 'agents ready',
    'figure-service-level': 'service level today, in percent,',
    'figure-abandoned': 'abandoned today',
  },
}
