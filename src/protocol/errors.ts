import { describe, type MessageArgs, type MessageCode } from './messages';

/** Where something is wrong: a file, and inside it a tensor, a config path or a position. */
export type ErrorPlace = {
  readonly file?: string;
  readonly tensor?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
};

/**
 * Every failure a person may see. `code` and `args` choose the text (see messages.ts); `place` says where.
 * Plain data on the wire: `toJSON` / `AssayError.from`.
 */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  constructor(
    readonly code: MessageCode,
    readonly args: MessageArgs = {},
    readonly place: ErrorPlace = {},
    options?: { cause?: unknown },
  ) {
    super(describe(code, args), options);
  }

  toJSON(): SerializedError {
    return { code: this.code, args: this.args, place: this.place, message: this.message };
  }

  /** Wraps anything thrown. An unexpected error keeps its stack in `cause` and reads as `internal`. */
  static from(thrown: unknown): AssayError {
    if (thrown instanceof AssayError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new AssayError('internal', { message }, {}, { cause: thrown });
  }

  static fromJSON(data: SerializedError): AssayError {
    return new AssayError(data.code, data.args, data.place);
  }
}

export type SerializedError = {
  readonly code: MessageCode;
  readonly args: MessageArgs;
  readonly place: ErrorPlace;
  readonly message: string;
};
