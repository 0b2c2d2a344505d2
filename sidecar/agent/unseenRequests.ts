/** Requests that began before the agent came: found when their handler, called by Node's parser, still holds the loop. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Load, ownValue } from './runtime';

export interface UnseenRequest {
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * To be called on top of running JavaScript.
 *
 * @returns the request whose parser has called it and that has not been answered yet. The parser's async resource knows its
 *   socket, and the socket the answer under way (https://github.com/nodejs/node lib/_http_server.js)
 */
export function unseenRequest(load: Load): UnseenRequest | undefined {
  const util = load('util');
  const { IncomingMessage, ServerResponse } = load('http');
  const resource: unknown = load('async_hooks').executionAsyncResource();
  const response = ownValue(util, ownValue(util, resource, 'socket'), '_httpMessage');
  const request = ownValue(util, response, 'req');
  if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return undefined;
  return response.writableEnded ? undefined : { request, response };
}
