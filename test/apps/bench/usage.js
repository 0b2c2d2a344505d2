/**
 * @returns {string} JSON: CPU time this process has used so far, in milliseconds, all of its threads counted. The
 * inspector's thread is one of them, so the price of being watched from outside is in it.
 */
module.exports = function usage() {
  const { user, system } = process.cpuUsage();
  return JSON.stringify({ cpuMs: (user + system) / 1000 });
};
