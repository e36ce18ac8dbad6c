/**
 * Something that a person can put right: commands print its message as one line on stderr and exit with 1.
 * Any other error is a fault of ours and keeps its stack.
 */
export class Refused extends Error {
  /** The server's own code of its refusal, such as `not_found`. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message.replaceAll(/\s*\n\s*/g, " ").trim());
    this.name = "Refused";
    this.code = code;
  }
}

/** Runs a command to its end. @param run gives the exit code, or nothing for 0 */
export async function runCommand(run: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Refused) console.error(error.message);
    else console.error(error);
  }
}
