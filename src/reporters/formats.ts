/** The report formats that `--format` and `--report` take. Apart from the reporters, which `--help` need not load. */
export const reportFormats = ['html', 'json', 'junit', 'markdown', 'text'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The formats of `status`. */
export const statusFormats = ['html', 'json', 'text'] as const;

/** The formats that show attached files and the instructions of steps. */
export const showsEvidence: readonly ReportFormat[] = ['html'];
