import { Controller, Get, Header, NotFoundException, Req, Res } from '@nestjs/common';
import { EvidenceError, parseTilePath } from '#evidence';
import { TransparencyLog } from './transparency-log.js';

/** What is used of Express, which adds ETag, HEAD and conditional answers by itself. */
interface Request {
  readonly path: string;
}
interface Response {
  setHeader(name: string, value: string): void;
  send(body: Buffer): void;
}

/** A tile never changes: who has it need not ask again. */
const FOREVER = 'public, max-age=31536000, immutable';

/** The log as static files (C2SP tlog-tiles), for auditors, mirrors and witnesses. Nothing here is secret. */
@Controller()
export class LogController {
  constructor(private readonly log: TransparencyLog) {}

  @Get('log/checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-store')
  async checkpoint(): Promise<string> {
    const note = await this.log.checkpoint();
    if (note === null) throw new NotFoundException('the log is empty');
    return note;
  }

  @Get('log/tile/*path')
  async tile(@Req() request: Request, @Res() response: Response): Promise<void> {
    const bytes = await this.#read(request.path.slice('/log/'.length));
    if (bytes === null) throw new NotFoundException('no such tile, or not as wide yet');
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('cache-control', FOREVER);
    response.send(Buffer.from(bytes));
  }

  async #read(path: string): Promise<Uint8Array | null> {
    try {
      const name = parseTilePath(path);
      if (name.level === 'entries') return await this.log.entries(name);
      return await this.log.tile({ ...name, level: name.level });
    } catch (error) {
      if (error instanceof EvidenceError && error.code === 'TILE_PATH_MALFORMED') return null;
      throw error;
    }
  }
}
