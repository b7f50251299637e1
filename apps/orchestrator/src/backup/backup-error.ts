export type BackupErrorCode =
  /** There is no server to back up, or to look at. */
  | 'DATABASE_AWAY'
  /** A server runs on the files that are to be replaced. */
  | 'DATABASE_RUNNING'
  /** The folder for the backup is there and not empty. */
  | 'FOLDER_NOT_EMPTY'
  /** A file is missing, is too many, or is another than when the backup was made. */
  | 'BACKUP_DAMAGED'
  /** Another backup of this server is being made. */
  | 'BACKUP_RUNNING'
  /** The large blobs of this place are of another database. */
  | 'BLOB_FOLDER_FOREIGN'
  /** The journal does not reach the point that was asked for. */
  | 'POINT_NOT_REACHED';

/** Why there is no backup, or nothing was restored. */
export class BackupError extends Error {
  override readonly name = 'BackupError';

  constructor(
    readonly code: BackupErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
