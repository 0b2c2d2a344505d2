/** Which address is answered by what. */
import express, { type ErrorRequestHandler, type Express } from 'express';
import { showHome, showProduct } from './catalogue.js';
import type { Database } from './database.js';
import { printLabels } from './labels.js';
import { listOrders } from './orders.js';
import type { Partners } from './partners.js';
import { payOrder } from './payment.js';
import { reports } from './reports.js';
import { search } from './search.js';
import { quoteShipping } from './shipping.js';
import { showStock } from './stock.js';

export function createApp(database: Database, partners: Partners): Express {
  const app = express();
  app.get('/', showHome(database));
  app.get('/products/:id', showProduct(database));
  app.get('/products/:id/stock', showStock(partners.warehouseUrl));
  app.get('/search', search(database));
  app.get('/orders', listOrders(database));
  app.get('/orders/:id/shipping', quoteShipping(partners.carrierUrl));
  app.post('/orders/:id/payment', payOrder(database, partners.bankPort));
  app.post('/labels', printLabels(database));
  app.use('/reports', reports(database));
  app.use(answerError);
  return app;
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  console.error(error);
  if (response.headersSent) next(error);
  else response.status(500).json({ error: 'Something went wrong' });
};
